import { withoutSecrets } from '@slimy/config';
import { describe, expect, it } from 'vitest';
import { createLog } from '../src/start/log.ts';

/** What was written by a log of every level. */
function written(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog('trace', { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

const secret = 'hunter2hunter2';

describe('The log', () => {
  it.each([
    ['passwords of addresses', `mysql://slimy:${secret}@db:3306/x and rediss://:${secret}@r:1`],
    ['a bearer token', `authorization: Bearer ${secret}`],
    ['the token of a bot', `Bot ${secret}`],
    ['a personal token', `created slimy_${secret.padEnd(43, '-')}.`],
    ['the cookie of a session', `slimy_session=${secret}; theme=dark`],
    ['the cookie of a session behind TLS', `__Host-slimy_session=${secret}`],
    ['the cookie of a sign-in', `slimy_login=${secret}.x`],
    ['the code of a sign-in', `GET /auth/discord/callback?code=${secret}&state=${secret}`],
    ['the signature of an upload', `PUT /uploads/a?expires=1&signature=${secret}`],
    ['tokens of Discord as JSON', `{"access_token":"${secret}","refresh_token": "${secret}"}`],
    ['tokens of Discord as a form', `client_secret=${secret}&code_verifier=${secret}`],
  ])('holds no %s, in whatever text it stands', (_, text) => {
    const error = new Error(text, { cause: new Error(text) });
    const output = written((log) => {
      log.warn({ err: error, note: text, deep: { list: [{ note: text }] } }, text);
      log.info(text);
    });
    expect(output).not.toContain(secret);
    expect(output).toContain('***');
    expect(withoutSecrets(text)).not.toContain(secret);
  });

  it('holds no value of a field that is named like a secret, however deep', () => {
    const names = [
      'authorization',
      'cookie',
      'set-cookie',
      'token',
      'accessToken',
      'password',
      'clientSecret',
      'api_key',
    ];
    const fields = Object.fromEntries(names.map((name) => [name, secret]));
    const error = Object.assign(new Error('refused'), { request: { headers: fields } });
    const output = written((log) =>
      log.error({ ...fields, req: { headers: fields }, err: error }, 'refused'),
    );
    expect(output).not.toContain(secret);
  });

  it('keeps what helps: messages, codes, stacks and where it happened', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:3306'), { code: 'ECONNREFUSED' });
    const output = written((log) =>
      log.error({ err: error, requestId: 'abc-1', state: 'open' }, 'guild.byId: internal'),
    );
    expect(JSON.parse(output)).toMatchObject({
      level: 50,
      msg: 'guild.byId: internal',
      requestId: 'abc-1',
      state: 'open',
      err: {
        code: 'ECONNREFUSED',
        message: 'connect ECONNREFUSED 127.0.0.1:3306',
        stack: expect.stringContaining('log.test.ts'),
      },
    });
  });

  it('is made for every level', () => {
    for (const level of ['silent', 'fatal', 'debug']) expect(createLog(level).level).toBe(level);
  });
});
