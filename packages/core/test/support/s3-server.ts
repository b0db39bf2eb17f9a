import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { freePort, temporaryFolder } from '@slimy/testing';

const program = createRequire(import.meta.url).resolve('s3rver/bin/s3rver.js');

/** A private server that speaks S3, with one empty bucket. */
export interface PrivateS3 {
  readonly settings: Readonly<Record<'STORAGE_URL' | 'STORAGE_ACCESS_KEY' | 'STORAGE_SECRET_KEY', string>>;
  stop(): Promise<void>;
}

export async function startS3(): Promise<PrivateS3> {
  const port = await freePort();
  const options = ['-d', temporaryFolder('s3'), '-a', '127.0.0.1', '-p', String(port), '--silent'];
  const child = spawn(process.execPath, [program, ...options, '--configure-bucket', 'slimy'], {
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let answered = false; !answered;) {
    if (child.exitCode !== null) throw new Error(`The S3 server ended with ${child.exitCode}.`);
    answered = await fetch(endpoint).then(
      () => true,
      () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 50)),
    );
  }
  return {
    settings: {
      STORAGE_URL: `s3://slimy/kept?endpoint=${encodeURIComponent(endpoint)}`,
      STORAGE_ACCESS_KEY: 'S3RVER',
      STORAGE_SECRET_KEY: 'S3RVER',
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
