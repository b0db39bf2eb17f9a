import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { DatabaseError } from '../errors.js';
import { CONNECT_TIMEOUT_MS, type ServerAddress } from './connection-settings.js';
import { mysqlFailureOf, type MysqlFailure } from './errors.js';

function reasonOf(
  { errno, code, message }: MysqlFailure,
  { user, database }: ServerAddress,
): [string, string] {
  if (code === 'ECONNREFUSED')
    return ['nothing listens there', 'Start the server, or correct host and port in DATABASE_URL.'];
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return ['the host name is not known', 'Correct the host in DATABASE_URL.'];
  if (code === 'ETIMEDOUT' || /timeout/i.test(message)) {
    return ['no answer in time', 'Check that the host is up and that no firewall stands between.'];
  }
  if (errno === 1045 || errno === 1698) {
    return [
      `the server refuses user "${user}" with this password`,
      'Correct user and password in DATABASE_URL (percent-encode special characters).',
    ];
  }
  if (errno === 1049) {
    return [
      `there is no database "${database}"`,
      `Create it: CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4;`,
    ];
  }
  if (errno === 1044) {
    return [
      `user "${user}" has no right on database "${database}"`,
      `Grant it: GRANT ALL ON \`${database}\`.* TO '${user}'@'%';`,
    ];
  }
  if (errno === 1040 || errno === 1203)
    return ['the server has no free connection', 'Raise max_connections there or lower DATABASE_POOL_SIZE.'];
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return ['the server offers no TLS', 'Enable TLS on the server, or set DATABASE_TLS=off.'];
  if (code === 'HANDSHAKE_SSL_ERROR' || /certificate|ssl|tls|altnames/i.test(`${code} ${message}`)) {
    return [
      `TLS failed (${message})`,
      'Set DATABASE_CA_FILE to the certificate that signed the server’s, or DATABASE_TLS=require to skip the check.',
    ];
  }
  if (errno === 3159 || /insecure transport/i.test(message))
    return ['the server insists on TLS', 'Set DATABASE_TLS=require or verify.'];
  return [message, 'See the log of the server.'];
}

/** Why no connection came about, with the way out. */
export function connectionFailure(address: ServerAddress, cause: unknown): DatabaseError {
  const failure = mysqlFailureOf(cause) ?? { errno: 0, code: '', message: String(cause) };
  const [reason, step] = reasonOf(failure, address);
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
