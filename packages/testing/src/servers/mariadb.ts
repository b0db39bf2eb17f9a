import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMariaDbDatabase } from './mariadb-database.js';
import { asUser, copyMariaDbTemplate, redoLogSize } from './mariadb-template.js';
import { binaryPath, binaryVersion } from '../processes/binary.js';
import type { ProcessRecipe } from '../processes/private-process.js';
import { temporaryFolder } from '../processes/temporary-folder.js';
import { type Certificates, createCertificates } from './certificates.js';
import { PrivateServer, startOnFreePort } from './private-server.js';

export interface MariaDbOptions {
  /** Offer TLS, and refuse connections without it; `caFile` of the server then names its authority. */
  readonly tls?: boolean;
  /** More options for `mariadbd`, such as `--slow-query-log`. */
  readonly args?: readonly string[];
}

/** A MariaDB of our own on 127.0.0.1: own folder, own port, one user who may do everything. */
export class PrivateMariaDb extends PrivateServer {
  readonly version: string;
  readonly user = 'slimy';
  readonly password = randomBytes(9).toString('hex');
  /** PEM file of the authority that signed its certificate; only with `tls`. */
  readonly caFile: string | undefined;
  readonly #folder: string;
  readonly #binary: string;
  readonly #args: readonly string[];

  constructor(
    port: number,
    server: { version: string; binary: string; folder: string; args: readonly string[]; caFile?: string },
  ) {
    super(port);
    this.version = server.version;
    this.caFile = server.caFile;
    this.#folder = server.folder;
    this.#binary = server.binary;
    this.#args = server.args;
  }

  /** The `mysql://` URL of a database on this server, whether it exists or not; without a name, of the server. */
  url(databaseName = ''): string {
    return `mysql://${this.user}:${this.password}@127.0.0.1:${this.port}/${databaseName}`;
  }

  /** Makes an empty database (utf8mb4) with a name nobody has and returns its URL. */
  createDatabase(): Promise<string> {
    return createMariaDbDatabase(this.url(), { caFile: this.caFile });
  }

  protected override recipe(): ProcessRecipe {
    return {
      command: this.#binary,
      args: [
        '--no-defaults',
        ...asUser,
        `--datadir=${join(this.#folder, 'data')}`,
        `--tmpdir=${this.#folder}`,
        `--socket=${join(this.#folder, 'socket')}`,
        `--pid-file=${join(this.#folder, 'pid')}`,
        `--init-file=${join(this.#folder, 'init.sql')}`,
        '--bind-address=127.0.0.1',
        `--port=${this.port}`,
        '--skip-name-resolve',
        '--skip-log-bin',
        '--innodb-flush-log-at-trx-commit=2',
        '--innodb-flush-method=nosync',
        '--innodb-buffer-pool-size=64M',
        '--innodb-fast-shutdown=2',
        '--innodb-buffer-pool-dump-at-shutdown=OFF',
        '--innodb-buffer-pool-load-at-startup=OFF',
        '--max-connections=400',
        redoLogSize,
        ...this.#args,
      ],
      ready: /mariadbd: ready for connections|mysqld: ready for connections/,
      timeout: 30_000,
    };
  }
}

function tlsArgs({ caFile, certificateFile, keyFile }: Certificates): string[] {
  return [
    `--ssl-ca=${caFile}`,
    `--ssl-cert=${certificateFile}`,
    `--ssl-key=${keyFile}`,
    '--require-secure-transport=ON',
  ];
}

/**
 * Starts a private MariaDB from the `mariadbd` on the PATH. It is killed and its folder removed when the
 * process that started it ends. Data survives the process but, for speed, not a crash of the machine.
 */
export async function startMariaDb(options: MariaDbOptions = {}): Promise<PrivateMariaDb> {
  const binary = binaryPath(['mariadbd', 'mysqld'], 'mariadb-server');
  const version = await binaryVersion(binary);
  return startOnFreePort(async (port) => {
    const folder = temporaryFolder('mariadb');
    await mkdir(join(folder, 'data'), { mode: 0o700 });
    await copyMariaDbTemplate(version, join(folder, 'data'));
    const certificates = options.tls ? await createCertificates(folder) : undefined;
    const server = new PrivateMariaDb(port, {
      version,
      binary,
      folder,
      args: [...(certificates ? tlsArgs(certificates) : []), ...(options.args ?? [])],
      ...(certificates ? { caFile: certificates.caFile } : {}),
    });
    const user = `'${server.user}'@'127.0.0.1'`;
    await writeFile(
      join(folder, 'init.sql'),
      `CREATE USER IF NOT EXISTS ${user} IDENTIFIED BY '${server.password}';\nGRANT ALL ON *.* TO ${user} WITH GRANT OPTION;\n`,
      { mode: 0o600 },
    );
    return server;
  });
}
