import { repositories, type ObservedMember } from '@slimy/db';
import type { Caller } from '../../src/index.ts';
import type { TestCore } from './open-core.ts';
import { club } from './settle-world.ts';

type Reading = Parameters<TestCore['clubAnalysisIntake']['store']>[2];

/** Stores a reading of the club's screenshots; gives the id of the analysis. */
export function storedClubAnalysis(
  core: TestCore,
  caller: Caller,
  change: Partial<Reading> = {},
): Promise<string> {
  const reading = {
    title: 'Week 15',
    summary: 'The club grew by four members.',
    metrics: [
      { name: 'totalMembers', value: 55 },
      { name: 'activeMembers', value: 48 },
    ],
    insights: [],
    recommendations: [],
    images: [],
  };
  return core.clubAnalysisIntake.store(caller, club, { ...reading, ...change });
}

/** What is read of a member: the powers that a scan showed. */
export interface ReadMember {
  readonly name: string;
  readonly sim?: bigint;
  readonly total?: bigint;
}

/** Stores what a scan read at an instant, new members too, and makes the roster anew. */
export async function storeScan(
  { database }: TestCore,
  guildId: string,
  at: string,
  read: readonly ReadMember[],
): Promise<void> {
  const observedAt = new Date(at);
  await database.transaction(async (transaction) => {
    const { clubMembers, clubObservations, clubLatest } = repositories(transaction).guild(guildId);
    const keyOf = ({ name }: ReadMember) => name.toLowerCase();
    const known = await clubMembers.byKeys(read.map(keyOf));
    const fresh = read.filter((one) => !known.has(keyOf(one)));
    const added = await clubMembers.insert(
      fresh.map((one) => ({ memberKey: keyOf(one), name: one.name })),
      observedAt,
      observedAt,
    );
    for (const row of added) known.set(row.memberKey, row);
    await clubMembers.save(
      [...known.values()].map((row) => ({ ...row, lastSeenAt: observedAt })),
      observedAt,
    );
    const members = read.flatMap((one): ObservedMember[] => {
      const memberId = known.get(keyOf(one))?.id;
      const powers = { simPower: one.sim ?? null, totalPower: one.total ?? null };
      return memberId ? [{ memberId, name: one.name, ...powers, confidence: 0.9 }] : [];
    });
    const batch = { source: 'scan', sourceId: at, observedAt, createdById: null, members } as const;
    await clubObservations.save(batch, observedAt);
    await clubLatest.rebuild(null, observedAt);
  });
}
