import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { binaryPath, binaryVersion } from '../processes/binary.js';
import type { ProcessRecipe } from '../processes/private-process.js';
import { temporaryFolder } from '../processes/temporary-folder.js';
import { createCertificates } from './certificates.js';
import { PrivateServer, startOnFreePort } from './private-server.js';

export interface RedisOptions {
  /** Speak TLS only; `url` is then `rediss://` and `caFile` names the authority. */
  readonly tls?: boolean;
  /** More options for `redis-server`, such as `--maxmemory 2mb`. */
  readonly args?: readonly string[];
}

/** A Redis of our own on 127.0.0.1: own folder, own port, nothing written to disk. */
export class PrivateRedis extends PrivateServer {
  readonly version: string;
  readonly url: string;
  /** PEM file of the authority that signed its certificate; only with `tls`. */
  readonly caFile: string | undefined;
  readonly #binary: string;
  readonly #args: readonly string[];

  constructor(
    port: number,
    server: { version: string; binary: string; args: readonly string[]; caFile?: string },
  ) {
    super(port);
    this.version = server.version;
    this.caFile = server.caFile;
    this.url = `${server.caFile ? 'rediss' : 'redis'}://127.0.0.1:${port}`;
    this.#binary = server.binary;
    this.#args = server.args;
  }

  /** Removes every key. */
  async flush(): Promise<void> {
    await this.command('FLUSHALL');
  }

  /** Runs one command through `redis-cli` and returns what it prints. @throws Error on an error reply. */
  async command(...words: string[]): Promise<string> {
    return this.commandAt(this.port, ...words);
  }

  /** The same for another server of the suite, such as its Sentinel. */
  async commandAt(port: number, ...words: string[]): Promise<string> {
    const tls = this.caFile ? ['--tls', '--cacert', this.caFile] : [];
    const cli = binaryPath(['redis-cli'], 'redis-tools');
    const where = ['-h', '127.0.0.1', '-p', String(port), '-e'];
    const { stdout } = await promisify(execFile)(cli, [...where, ...tls, ...words]);
    return stdout.trimEnd();
  }

  protected override recipe(): ProcessRecipe {
    const listen = this.caFile
      ? ['--port', '0', '--tls-port', String(this.port)]
      : ['--port', String(this.port)];
    return {
      command: this.#binary,
      args: ['--bind', '127.0.0.1', ...listen, '--save', '', '--appendonly', 'no', ...this.#args],
      ready: /Ready to accept connections/,
      timeout: 15_000,
    };
  }
}

/**
 * Starts a private Redis from the `redis-server` on the PATH. It keeps its data in memory only (a restart is
 * empty) and is killed when the process that started it ends.
 */
export async function startRedis(options: RedisOptions = {}): Promise<PrivateRedis> {
  const binary = binaryPath(['redis-server', 'valkey-server'], 'redis-server');
  const version = await binaryVersion(binary);
  return startOnFreePort(async (port) => {
    const folder = temporaryFolder('redis');
    const certificates = options.tls ? await createCertificates(folder) : undefined;
    const tls = certificates
      ? [
          '--tls-ca-cert-file',
          certificates.caFile,
          '--tls-cert-file',
          certificates.certificateFile,
          '--tls-key-file',
          certificates.keyFile,
          '--tls-auth-clients',
          'no',
        ]
      : [];
    return new PrivateRedis(port, {
      version,
      binary,
      args: ['--dir', folder, ...tls, ...(options.args ?? [])],
      ...(certificates ? { caFile: certificates.caFile } : {}),
    });
  });
}
