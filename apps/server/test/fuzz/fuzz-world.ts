import { procedures, type ProcedureName } from '@slimy/contract';
import { startFakeDiscord, type FakeDiscord, type VariantFixture } from '@slimy/testing';
import { matrixCallers, type MatrixCaller } from '../../../../packages/api/test/support/matrix-callers.ts';
import { matrixInputs } from '../../../../packages/api/test/support/matrix-inputs.ts';
import { documentedPermissions } from '../../../../packages/api/test/support/permission-table.ts';
import {
  club,
  settleDiscord,
  settleGuild,
  settlePeople,
  world,
  type SeededWorld,
} from '../../../../packages/api/test/support/small-world.ts';
import { openServer, otherGuild, ownGuild, type TestServer } from '../support/open-server.ts';
import type { KnownValues } from './schema-values.ts';

export const procedureNames = Object.keys(procedures).filter(
  (name): name is ProcedureName => name in procedures,
);

/** Calls that may use one valid input of a procedure before another one is made. */
const USES_MAX = 12;
/** How often an input is tried to be made while others change the world. */
const ATTEMPTS = 10;
/** Values remembered of one field. */
const REMEMBERED_MAX = 60;

/** The program on a port, with the small world beside the demo, and everybody of the permission matrix. */
export interface FuzzWorld {
  readonly server: TestServer;
  readonly address: string;
  readonly callers: readonly MatrixCaller[];
  /** The callers that the documentation lets through, by procedure. */
  readonly allowed: ReadonlyMap<ProcedureName, readonly MatrixCaller[]>;
  readonly known: KnownValues;
  /** An input that is valid for the caller, about things that exist. */
  validInput(name: ProcedureName, caller: MatrixCaller): Promise<unknown>;
  /** Keeps values of an answer or an input that later calls may name. */
  remember(value: unknown): void;
  /** Brings guilds and memberships back that calls have changed or erased. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** What fields may name from the start. */
function firstKnown(ids: SeededWorld['ids']): Map<string, unknown[]> {
  const people = Object.values(world.people).map(({ discordId }) => discordId);
  const userIds = Object.values(ids);
  const keys = [`guild:${club}:detail`, 'guild:*', 'db:sessions:*', 'user:1:profile', 'a:b:c:d:e:f:g:h'];
  return new Map<string, unknown[]>([
    ['guildId', [club, world.guilds.other.id, ownGuild, otherGuild, '123456789012345678']],
    ['lastActiveGuildId', [club, null, '123456789012345678']],
    ['userId', userIds],
    ['userIds', [userIds.slice(0, 1), userIds.slice(0, 3), [ids.member, ids.member], userIds]],
    ['discordId', people],
    ['ownerDiscordId', people],
    ['confirmName', [world.guilds.club.name, world.guilds.other.name]],
    ['memberKey', ['gary', 'Gary']],
    ['timeZone', ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia']],
    ['key', keys],
    ['keys', [keys.slice(0, 2), ['%', '_']]],
    ['pattern', ['guild:*', '*', 'a*b', `guild:${club}:*`]],
    ['after', ['0', '1', '999999999999999999', '000000000000000000']],
    ['resourceType', ['guild', 'user', 'session']],
    ['type', ['matrix.call', 'a.b']],
    ['version', [0, 1, 2]],
    ['cursor', ['eyJ', 'MQ', 'W10', 'bnVsbA']],
  ]);
}

function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/**
 * Does something that calls under way may undercut, by erasing the very guild that it is about: then again, after
 * what puts that right. @throws what the last attempt threw
 */
async function persistently<Result>(act: () => Promise<Result>, mend: () => Promise<void>): Promise<Result> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    try {
      return await act();
    } catch {
      await mend();
    }
  }
  return act();
}

/** Opens it on one engine and cache store. */
export async function openFuzzWorld(fixture: VariantFixture): Promise<FuzzWorld> {
  const discord: FakeDiscord = await startFakeDiscord();
  const server = await openServer(fixture, {
    RATE_LIMIT_FACTOR: '1000000',
    DATABASE_POOL_SIZE: '6',
    SLOW_QUERY_MS: '60000',
    DISCORD_API_BASE: discord.apiBase,
    DISCORD_TOKEN: discord.token,
    OPERATOR_DISCORD_IDS: `${world.people.operator.discordId},${world.people.operatorOutside.discordId}`,
  });
  const { core, database, botToken } = server;
  const ids = await settlePeople(database);
  const seeded: SeededWorld = { core, database, ids };
  const settle = async () => {
    for (const guild of ['club', 'other'] as const) await settleGuild(database, ids, guild);
    await server.cache.clear();
  };
  await settle();
  settleDiscord(discord);
  const callers = await matrixCallers({ ...seeded, botToken });
  const table = documentedPermissions();
  const allowed = new Map(
    procedureNames.map((name) => [
      name,
      callers.filter((caller) => table.get(name)?.get(caller.name) === 'yes'),
    ]),
  );
  const known = firstKnown(ids);
  const inputs = new Map<string, { readonly value: unknown; uses: number }>();
  let restoring: Promise<void> | undefined;

  async function restore(): Promise<void> {
    // Calls under way may connect or erase the very guild: then it is tried once more.
    restoring ??= persistently(settle, async () => {}).finally(() => {
      restoring = undefined;
    });
    await restoring;
  }

  function remember(value: unknown): void {
    for (const [name, held] of fieldsOf(value)) {
      if (Array.isArray(held)) held.slice(0, 3).forEach(remember);
      if (name === 'nextCursor' && typeof held === 'string') remember({ cursor: held });
      const isName = /(?:Id|Key|^cursor|^version)$/.test(name) && name !== 'requestId';
      if (!isName || (typeof held !== 'string' && typeof held !== 'number')) continue;
      const values = known.get(name) ?? [];
      if (values.length < REMEMBERED_MAX) values.push(held);
      known.set(name, values);
    }
  }

  return {
    server,
    address: await server.app.listen({ host: '127.0.0.1', port: 0 }),
    callers,
    allowed,
    known,
    remember,
    restore,
    async validInput(name, caller) {
      // Most inputs are the same for everybody, the others for a person.
      const key = matrixInputs[name].length < 2 ? name : `${name} ${caller.person}`;
      const made = inputs.get(key);
      if (made && (made.uses += 1) <= USES_MAX) return made.value;
      const value = await persistently(async () => matrixInputs[name](seeded, caller), restore);
      inputs.set(key, { value, uses: 0 });
      remember(value);
      return value;
    },
    async close() {
      await server.close();
      await discord.stop();
    },
  };
}
