import type { DomainCases } from '../case.ts';
import { clubCases } from './club.ts';
import { chatCases } from './chat.ts';
import { guildCases } from './guilds.ts';
import { operationCases } from './operation.ts';
import { peopleCases } from './people.ts';
import { screenshotCases } from './screenshots.ts';
import { systemCases } from './system.ts';
import { uploadCases } from './uploads.ts';
import { usageCases } from './usage.ts';

/**
 * **The one place where a new cached query or a new mutation gets its case**: a line in the file of its domain
 * (or a new file, named here). `coherence.test.ts` goes through the declared cached queries and the contract's
 * mutations, and fails with the name of each that has no case.
 *
 * - A query: `queryCase(theQuery, (world) => [params, …])`, with parameters that mutations change the answer of.
 * - A mutation: an async function that prepares, and gives the call. The call must change a row.
 */
const domains: readonly DomainCases[] = [
  peopleCases,
  guildCases,
  chatCases,
  operationCases,
  systemCases,
  clubCases,
  screenshotCases,
  uploadCases,
  usageCases,
];

/** Every case of a cached query. */
export const queryCases = domains.flatMap(({ queries }) => queries);

/** The case of each mutation that changes rows. */
export const mutationCases = new Map(domains.flatMap(({ mutations }) => Object.entries(mutations)));

/** The mutations that change none, with the reason. */
export const withoutRows = new Map(domains.flatMap((domain) => Object.entries(domain.withoutRows ?? {})));
