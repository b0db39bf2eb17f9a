import { createHmac } from 'node:crypto';
import type { Secrets } from '@slimy/config';
import { repositories, type Database } from '@slimy/db';
import { systemClock } from '../clock.js';

/** The keys a process was given are not those its database was written with. The message says what to do. */
export class KeyMismatchError extends Error {
  override readonly name = 'KeyMismatchError';
}

const FACTS = 'key:';
const AUDIT_FACT = `${FACTS}audit`;
const ENCRYPTION_FACTS = `${FACTS}encryption:`;

/** Tells two keys apart and nothing else about them. */
function fingerprint(key: string | Uint8Array): string {
  return createHmac('sha256', key).update('slimy: fingerprint of a key').digest('hex');
}

/** Under which name the database remembers that a key encrypts values in it. */
export function encryptionKeyFact(keyId: string): string {
  return `${ENCRYPTION_FACTS}${keyId}`;
}

/**
 * Holds a process's keys against the fingerprints of those the database was written with, and notes its own: the
 * audit key, and the first encryption key from now on. A key is forgotten when a rotation has found nothing under
 * it any more.
 * @throws KeyMismatchError
 */
export async function requireOwnKeys(database: Database, secrets: Secrets): Promise<void> {
  const { facts } = repositories(database);
  const known = await facts.beginningWith(FACTS);
  const auditPrint = fingerprint(secrets.auditKey);
  const knownAudit = known.get(AUDIT_FACT);
  if (knownAudit !== undefined && knownAudit !== auditPrint) {
    throw new KeyMismatchError(
      'AUDIT_KEY is not the key this database was written with (without the setting it is DATA_DIR/secrets/audit-key). Set that one: with another key neither the audit trail nor the list of erased people can be read.',
    );
  }
  const printOf = new Map(
    secrets.encryptionKeys.map(({ id, key }) => [encryptionKeyFact(id), fingerprint(key)]),
  );
  for (const [fact, print] of known) {
    if (!fact.startsWith(ENCRYPTION_FACTS) || printOf.get(fact) === print) continue;
    const keyId = fact.slice(ENCRYPTION_FACTS.length);
    throw new KeyMismatchError(
      printOf.has(fact)
        ? `The key "${keyId}" in ENCRYPTION_KEYS is not the one that this database knows by that name. Set that one, and give a new key a name of its own.`
        : `Discord tokens in this database may be encrypted with the key "${keyId}", which ENCRYPTION_KEYS does not name. Put it back behind the first one and run "pnpm slimy keys rotate"; then it can be taken out.`,
    );
  }
  const now = systemClock.now();
  if (knownAudit === undefined) await facts.note(AUDIT_FACT, auditPrint, now);
  for (const fact of await encryptingFacts(database, secrets, known)) {
    const print = printOf.get(fact);
    if (print !== undefined && !known.has(fact)) await facts.note(fact, print, now);
  }
}

/** The first key; where nothing is remembered of any yet, also those that values are encrypted with already. */
async function encryptingFacts(
  database: Database,
  { encryptionKeys: [first] }: Secrets,
  known: ReadonlyMap<string, string>,
): Promise<string[]> {
  const own = first ? [encryptionKeyFact(first.id)] : [];
  if ([...known.keys()].some((fact) => fact.startsWith(ENCRYPTION_FACTS))) return own;
  const counts = await repositories(database).sealedTokens.countByKey();
  return [...own, ...[...counts.keys()].map(encryptionKeyFact)];
}
