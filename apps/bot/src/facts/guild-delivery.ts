import type { SlimyClient } from '@slimy/client';
import { limits } from '@slimy/contract';
import { subjectOf, type MemberFact } from './member-facts.js';
import type { MemberPage } from './member-reader.js';
import type { WaitingFacts } from './waiting-facts.js';

/** How long the API may take to store a thousand members, in milliseconds. */
const SYNC_DEADLINE_MS = 60_000;

/** What facts are delivered with. */
export interface DeliveryDependencies {
  /** The API, called as the bot itself. */
  readonly api: SlimyClient;
  /** Everybody in a guild, as Discord says now. */
  readonly readMembers: (guildId: string) => AsyncIterable<MemberPage>;
}

/**
 * Tells the API what waits about one guild; what it took is forgotten, what it did not take stays.
 * Resolves whether the API keeps facts of this guild: of one that nobody connected it keeps none.
 */
export async function deliver(
  { api, readMembers }: DeliveryDependencies,
  guildId: string,
  waiting: WaitingFacts,
): Promise<boolean> {
  const fact = waiting.guild;
  if (fact) {
    const { known } = await api.guild.sync.mutate(fact);
    if (waiting.guild === fact) waiting.guild = null;
    if (!known || !fact.botPresent) {
      waiting.dropMembers();
      return known;
    }
  }
  if (waiting.everybody) await tellEverybody(api, readMembers(guildId), guildId, waiting);
  const members = waiting.members();
  if (members.length > 0) {
    await sync(api, { guildId, members });
    waiting.delivered(members);
  }
  return true;
}

async function tellEverybody(
  api: SlimyClient,
  pages: AsyncIterable<MemberPage>,
  guildId: string,
  waiting: WaitingFacts,
): Promise<void> {
  waiting.everybody = false;
  try {
    for await (const page of pages) {
      const members = withNewer(page, waiting);
      const { after, upTo } = page;
      const isEverybody = after === null && upTo === null;
      // An answer without anybody is not believed: it would end every membership.
      if (isEverybody && members.length === 0) return;
      if (members.length > limits.syncMembersMax) {
        // So many joined meanwhile that the page does not fit one call any more.
        waiting.everybody = true;
        return;
      }
      await sync(api, {
        guildId,
        members,
        ...(isEverybody ? { complete: true } : { completeWithin: { after, upTo } }),
      });
    }
  } catch (error) {
    waiting.everybody = true;
    throw error;
  }
}

/** A page as it stands after the events that came while it was read. */
function withNewer({ facts, after, upTo }: MemberPage, waiting: WaitingFacts): MemberFact[] {
  const onPage = new Set(facts.map(subjectOf));
  const joined = waiting.members().filter((fact) => {
    const id = BigInt(subjectOf(fact));
    const isWithin = (after === null || id > BigInt(after)) && (upTo === null || id <= BigInt(upTo));
    return isWithin && !onPage.has(subjectOf(fact));
  });
  return [...facts.map((fact) => waiting.member(subjectOf(fact)) ?? fact), ...joined].filter(
    (fact) => fact.kind === 'present',
  );
}

async function sync(
  api: SlimyClient,
  input: Parameters<SlimyClient['guild']['members']['sync']['mutate']>[0],
): Promise<void> {
  await api.guild.members.sync.mutate(input, { context: { deadlineMs: SYNC_DEADLINE_MS } });
}
