import type { AuditEntry, AuditPersonalPart, Repositories, UserRow } from '@slimy/db';
import { personOf, type Caller } from '../caller.js';

/** Resources that are a person, or belong to one alone. */
export const resourcesOfPeople: ReadonlySet<string> = new Set(['user', 'user_settings', 'guild_member']);

/** Whether the trail names a resource of this type by the random name of its person. */
export function isOfPerson(resourceType: string): boolean {
  return resourcesOfPeople.has(resourceType);
}

/** What an act changed of one person among several. */
interface ChangedPerson {
  readonly discordId: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** An act as the place that carries it out describes it; who and with which request is added here. */
export interface AuditedAct {
  /** The audit tag of the procedure, such as `guild.settings.update`. */
  readonly action: string;
  readonly resourceType: string;
  /** For the types of `resourcesOfPeople` the id of the person; the trail keeps their random name instead. */
  readonly resourceId: string | null;
  readonly guildId?: string | null;
  readonly before?: AuditPersonalPart['before'];
  readonly after?: AuditPersonalPart['after'];
  readonly details?: AuditPersonalPart['details'];
  /** What became of several people; the trail keeps their random names. */
  readonly people?: readonly ChangedPerson[];
  readonly errorMessage?: string;
  /** How often it happened; more than 1 for refusals, which are written once a minute. */
  readonly occurrences?: number;
}

/** Who acts, out of the call: the person where there is one, else the bot or the program. */
function actorKind(
  { actor }: Caller,
  { person, asOperator }: { readonly person: UserRow | null; readonly asOperator: boolean },
): AuditEntry['actorKind'] {
  switch (actor.kind) {
    case 'user':
      return asOperator && actor.operator ? 'operator' : 'user';
    case 'token':
      return 'token';
    case 'bot':
      return actor.actingAs === null ? 'bot' : 'user';
    case 'system':
      return 'system';
    case 'anonymous':
      return person ? 'user' : 'system';
  }
}

/** The random names of everybody that the acts are about, by Discord id and by id. */
async function refsOf(
  { users }: Repositories,
  acts: readonly AuditedAct[],
): Promise<ReadonlyMap<string, string>> {
  const ids = acts.flatMap(({ resourceType, resourceId }) =>
    resourceId !== null && isOfPerson(resourceType) ? [resourceId] : [],
  );
  const discordIds = acts.flatMap(({ people = [] }) => people.map(({ discordId }) => discordId));
  const found = [
    ...(ids.length > 0 ? await users.byIds(ids) : []),
    ...(discordIds.length > 0 ? await users.byDiscordIds(discordIds) : []),
  ];
  return new Map(
    found.flatMap(({ id, discordId, auditRef }) => [
      [id, auditRef],
      [discordId, auditRef],
    ]),
  );
}

/** The act with people named as the trail names them, so that nothing has to be changed when one is erased. */
function pseudonymised(act: AuditedAct, refs: ReadonlyMap<string, string>): AuditedAct {
  const { people, resourceId, resourceType } = act;
  return {
    ...act,
    resourceId: resourceId !== null && isOfPerson(resourceType) ? (refs.get(resourceId) ?? null) : resourceId,
    ...(people && {
      details: {
        ...act.details,
        people: people.map(({ discordId, ...change }) => ({
          person: refs.get(discordId) ?? null,
          ...change,
        })),
      },
    }),
  };
}

/** The audit record of an act. `person` is the acting person's row, where there is one. */
function auditEntry(
  caller: Caller,
  act: AuditedAct,
  facts: { readonly person: UserRow | null; readonly at: Date; readonly success: boolean },
): AuditEntry {
  const { actor, request } = caller;
  const { action, resourceType, resourceId, guildId = null, occurrences = 1 } = act;
  return {
    at: facts.at,
    action,
    resourceType,
    resourceId,
    guildId,
    success: facts.success,
    // Operators act as such only outside of guilds, where they have no right of their own.
    actorKind: actorKind(caller, { person: facts.person, asOperator: guildId === null }),
    actorRef: facts.person?.auditRef ?? null,
    viaBot: actor.kind === 'bot' && actor.actingAs !== null,
    occurrences,
    personal: {
      userId: facts.person?.id ?? null,
      discordId:
        facts.person?.discordId ?? (actor.kind === 'bot' ? (actor.actingAs?.discordId ?? null) : null),
      displayName: facts.person?.globalName ?? facts.person?.username ?? null,
      ipAddress: request.ipAddress,
      userAgent: request.userAgent,
      sessionId: actor.kind === 'user' ? actor.sessionId : null,
      requestId: request.requestId,
      details: {
        ...act.details,
        ...(actor.kind === 'system' && { task: actor.task }),
        ...(actor.kind === 'token' && { tokenId: actor.tokenId }),
      },
      before: act.before ?? null,
      after: act.after ?? null,
      errorMessage: act.errorMessage ?? null,
    },
  };
}

/** The audit records of acts of one call, with the acting person looked up once. */
export async function auditEntries(
  repositories: Repositories,
  caller: Caller,
  acts: readonly AuditedAct[],
  facts: { readonly at: Date; readonly success: boolean; readonly personId?: string | undefined },
): Promise<AuditEntry[]> {
  const personId = facts.personId ?? personOf(caller.actor)?.userId;
  const person = personId === undefined ? null : await repositories.users.byId(personId);
  const refs = await refsOf(repositories, acts);
  return acts.map((act) =>
    auditEntry(caller, pseudonymised(act, refs), { person, at: facts.at, success: facts.success }),
  );
}
