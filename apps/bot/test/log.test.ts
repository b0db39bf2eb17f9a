import { describe, expect, it } from 'vitest';
import { createLog, told } from '../src/log.ts';

const secret = 'hunter2hunter2';
const botToken = `MTE${'a'.repeat(21)}.G${'b'.repeat(5)}.${'c'.repeat(38)}`;

describe("the bot's log", () => {
  it.each([
    ['token of the bot', botToken, `login with ${botToken} failed`],
    ['header of a request', secret, `authorization: Bot ${secret}`],
    ['token of the API', secret, `Bearer ${secret}`],
    ['token of an interaction', secret, `https://discord.com/api/v10/interactions/123/${secret}/callback`],
  ])('holds no %s, whatever error it stands in', (_what, token, text) => {
    const lines: string[] = [];
    const log = createLog('bot', 'info', { write: (line: string) => void lines.push(line) });
    const error = Object.assign(new Error(text, { cause: new Error(text) }), {
      url: text,
      requestBody: { json: { token } },
    });
    log.warn({ err: error, note: text }, text);
    expect(lines.join('')).toContain('***');
    for (const output of [lines.join(''), told(error, true), told(error, false), told(text, false)])
      expect(output).not.toContain(token);
  });
});
