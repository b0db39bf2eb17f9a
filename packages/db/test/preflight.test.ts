import { createServer, type AddressInfo } from 'node:net';
import { freePort, startMariaDb, type PrivateMariaDb } from '@slimy/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { tablesOf } from '../src/client/of.ts';
import { migrate, openDatabase, type DatabaseOptions } from '../src/index.ts';
import { errorOf } from './support/errors.ts';

/** Opens, expects a refusal within five seconds, and gives its message. */
async function refusal(options: DatabaseOptions): Promise<string> {
  const start = performance.now();
  const error = await errorOf(openDatabase(options));
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(error.kind).toBe('unavailable');
  return error.message;
}

describe('a server that cannot be used is named with the reason and the next step', () => {
  const server = new URL(inject('mariadbUrl') ?? '');

  it('nothing listens', async () => {
    const port = await freePort();
    const message = await refusal({ url: `mysql://a:b@127.0.0.1:${port}/slimy` });
    expect(message).toBe(
      `Database at 127.0.0.1:${port} cannot be used: nothing listens there. Start the server, or correct host and port in DATABASE_URL.`,
    );
  });

  it('the host has no address', async () => {
    const message = await refusal({ url: 'mysql://a:b@no-such-host.invalid/slimy' });
    expect(message).toMatch(/no-such-host\.invalid:3306 .* host name is not known/);
  });

  it('the password is wrong', async () => {
    const message = await refusal({ url: `mysql://${server.username}:wrong@${server.host}/mysql` });
    expect(message).toMatch(/refuses user "slimy" with this password\. Correct user and password/);
    expect(message).not.toContain('wrong');
  });

  it('the database is not there', async () => {
    const message = await refusal({ url: `${server.href.replace(/\/$/, '')}/not_here` });
    expect(message).toMatch(/there is no database "not_here"\. Create it: CREATE DATABASE `not_here`/);
  });

  it('it accepts but never answers', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listening on TCP
    const { port } = silent.address() as AddressInfo;
    try {
      expect(await refusal({ url: `mysql://a:b@127.0.0.1:${port}/slimy` })).toMatch(/no answer in time/);
    } finally {
      silent.close();
    }
  });

  it('it offers no TLS', async () => {
    const message = await refusal({ url: `${server.href.replace(/\/$/, '')}/mysql`, tls: 'require' });
    expect(message).toMatch(/offers no TLS\. Enable TLS on the server, or set DATABASE_TLS=off/);
  });

  it('the embedded file lies where no folder can be made', async () => {
    const message = await refusal({ url: 'file:/dev/null/slimy.db' });
    expect(message).toMatch(/\/dev\/null\/slimy\.db/);
  });
});

describe('TLS to the server', () => {
  let server: PrivateMariaDb;
  let url: string;
  beforeAll(async () => {
    server = await startMariaDb({ tls: true });
    url = await server.createDatabase();
    await migrate({
      database: { url, tls: 'verify', caFile: server.caFile },
      logger: { info: () => {}, warn: () => {} },
    });
  });
  afterAll(() => server.kill());

  it.each(['require', 'verify'] as const)('%s: both ways to the database work, encrypted', async (tls) => {
    const database = await openDatabase({ url, tls, caFile: server.caFile });
    await database.health();
    expect(await tablesOf(database).user.count()).toBe(0);
    await database.close();
  });

  it('require takes a certificate of an authority nobody knows', async () => {
    const database = await openDatabase({ url, tls: 'require' });
    expect(await tablesOf(database).user.count()).toBe(0);
    await database.close();
  });

  it('verify refuses it and says how to go on', async () => {
    expect(await refusal({ url, tls: 'verify' })).toMatch(/TLS failed .*Set DATABASE_CA_FILE/);
  });

  it('verify refuses a certificate for another host name', async () => {
    // The same address in another spelling, which the certificate does not hold.
    const other = url.replace('127.0.0.1', '2130706433');
    expect(await refusal({ url: other, tls: 'verify', caFile: server.caFile })).toMatch(/TLS failed/);
  });

  it('off is refused by a server that insists', async () => {
    expect(await refusal({ url })).toMatch(/insists on TLS, set DATABASE_TLS=require or verify/);
  });

  it('a certificate file that is not there is named', async () => {
    const message = await refusal({ url, tls: 'verify', caFile: '/nowhere/ca.pem' });
    expect(message).toMatch(/DATABASE_CA_FILE cannot be read: \/nowhere\/ca\.pem/);
  });
});
