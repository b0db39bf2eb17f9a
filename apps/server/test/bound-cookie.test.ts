import { describe, expect, it } from 'vitest';
import { sessionCookie } from '../src/auth/bound-cookie.ts';

const token = 'a1B2_c3-'.repeat(5) + 'xyz';
const expires = new Date('2026-12-01T00:00:00Z');

describe('The session cookie', () => {
  it('is kept from scripts and other sites, and bound to the host behind TLS', () => {
    expect(sessionCookie('https://slimy.example').issued(token, expires)).toBe(
      `__Host-slimy_session=${token}; Path=/; HttpOnly; SameSite=Lax; Secure; Expires=Tue, 01 Dec 2026 00:00:00 GMT`,
    );
    expect(sessionCookie('http://127.0.0.1:4000').issued(token, expires)).toBe(
      `slimy_session=${token}; Path=/; HttpOnly; SameSite=Lax; Expires=Tue, 01 Dec 2026 00:00:00 GMT`,
    );
  });

  it('is cleared under the same name and path', () => {
    expect(sessionCookie('https://slimy.example').cleared()).toBe(
      '__Host-slimy_session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
    );
  });

  const cookie = sessionCookie('http://127.0.0.1:4000');
  it.each([
    ['alone', `slimy_session=${token}`, token],
    ['among others', `theme=dark; slimy_session=${token}; x=y`, token],
    ['absent', 'theme=dark', null],
    ['no header', undefined, null],
    ['under a longer name', `my_slimy_session=${token}`, null],
    ['under another prefix', `__Host-slimy_session=${token}`, null],
    ['too short', 'slimy_session=abc', null],
    ['with strange characters', `slimy_session=${token}%00`, null],
    ['endless', `slimy_session=${'a'.repeat(10_000)}`, null],
  ])('is read when it is %s', (_, header, expected) => {
    expect(cookie.read(header)).toBe(expected);
  });
});
