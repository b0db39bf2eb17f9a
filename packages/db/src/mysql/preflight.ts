import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { DatabaseError } from '../errors.js';
import { CONNECT_TIMEOUT_MS, type ServerAddress } from './connection-settings.js';
import { mysqlFailureOf, type MysqlFailure } from './errors.js';

interface Diagnosis {
  readonly applies: (failure: MysqlFailure) => boolean;
  readonly reason: (address: ServerAddress, failure: MysqlFailure) => string;
  readonly step: (address: ServerAddress) => string;
}

const numbered =
  (...numbers: readonly number[]) =>
  ({ errno }: MysqlFailure) =>
    numbers.includes(errno);

/** The causes worth telling apart; the first that applies is told. */
const diagnoses: readonly Diagnosis[] = [
  {
    applies: ({ code }) => code === 'ECONNREFUSED',
    reason: () => 'nothing listens there',
    step: () => 'Start the server, or correct host and port in DATABASE_URL.',
  },
  {
    applies: ({ code }) => code === 'ENOTFOUND' || code === 'EAI_AGAIN',
    reason: () => 'the host name is not known',
    step: () => 'Correct the host in DATABASE_URL.',
  },
  {
    applies: ({ code, message }) => code === 'ETIMEDOUT' || /timeout/i.test(message),
    reason: () => 'no answer in time',
    step: () => 'Check that the host is up and that no firewall stands between.',
  },
  {
    applies: numbered(1045, 1698),
    reason: ({ user }) => `the server refuses user "${user}" with this password`,
    step: ({ ssl }) =>
      'Correct user and password in DATABASE_URL (percent-encode special characters).' +
      // MariaDB gives the same refusal to a session without the TLS it requires.
      (ssl ? '' : ' If the server insists on TLS, set DATABASE_TLS=require or verify.'),
  },
  {
    applies: numbered(1049),
    reason: ({ database }) => `there is no database "${database}"`,
    step: ({ database }) => `Create it: CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4;`,
  },
  {
    applies: numbered(1044),
    reason: ({ user, database }) => `user "${user}" has no right on database "${database}"`,
    step: ({ user, database }) => `Grant it: GRANT ALL ON \`${database}\`.* TO '${user}'@'%';`,
  },
  {
    applies: numbered(1040, 1203),
    reason: () => 'the server has no free connection',
    step: () => 'Raise max_connections there or lower DATABASE_POOL_SIZE.',
  },
  {
    applies: ({ errno, message }) => errno === 3159 || /insecure transport/i.test(message),
    reason: () => 'the server insists on TLS',
    step: () => 'Set DATABASE_TLS=require or verify.',
  },
  {
    applies: ({ code }) => code === 'HANDSHAKE_NO_SSL_SUPPORT',
    reason: () => 'the server offers no TLS',
    step: () => 'Enable TLS on the server, or set DATABASE_TLS=off.',
  },
  {
    applies: ({ code, message }) => /certificate|ssl|tls|altnames/i.test(`${code} ${message}`),
    reason: (_address, { message }) => `TLS failed (${message})`,
    step: () =>
      'Set DATABASE_CA_FILE to the certificate that signed the server’s, or DATABASE_TLS=require to skip the check.',
  },
];

/** Why no connection came about, with the way out. */
export function connectionFailure(address: ServerAddress, cause: unknown): DatabaseError {
  const failure = mysqlFailureOf(cause) ?? { errno: 0, code: '', message: String(cause) };
  const known = diagnoses.find(({ applies }) => applies(failure));
  const reason = known?.reason(address, failure) ?? failure.message;
  const step = known?.step(address) ?? 'See the log of the server.';
  return new DatabaseError(
    'unavailable',
    `Database at ${address.host}:${address.port} cannot be used: ${reason}. ${step}`,
    { cause },
  );
}

/** One connection by itself, which says the true reason when there is none; gives the server's version. */
export async function preflight(address: ServerAddress): Promise<string> {
  const { ssl, ...rest } = address;
  try {
    const connection = await createConnection({
      ...rest,
      ...(ssl ? { ssl: { ...ssl } } : {}),
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
    try {
      const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
      return String(rows[0]?.['version']);
    } finally {
      connection.destroy();
    }
  } catch (cause) {
    throw connectionFailure(address, cause);
  }
}
