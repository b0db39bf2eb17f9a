import { vectorCases } from '@slimy/testing';
import { describe, expect, test } from 'vitest';
import {
  guildSettingsChange,
  isSnowflake,
  personalityChange,
  procedures,
  safeReturnPath,
} from '../src/index.ts';

describe('snowflake', () => {
  test.each(vectorCases('snowflake'))('$input', ({ input, expected }) => {
    expect(isSnowflake(String(input))).toBe(expected);
  });
});

describe('guild-settings-validation', () => {
  const ourNames: Record<string, string> = { tokensPerMinute: 'aiTokensPerMinute', sheetUrl: 'sheetId' };
  test.each(vectorCases('guild-settings-validation'))(
    '$field = $value',
    ({ field, value, expected, sheetId }) => {
      const name = ourNames[String(field)] ?? String(field);
      const parsed = guildSettingsChange.safeParse({ [name]: value });
      expect(parsed.success).toBe(expected !== 'refuse');
      if (!parsed.success) expect(parsed.error.issues[0]?.path).toEqual([name]);
      if (expected === 'clear') expect(parsed.data).toEqual({ [name]: null });
      if (sheetId) expect(parsed.data).toEqual({ sheetId });
    },
  );
});

describe('personality', () => {
  test.each(vectorCases('personality').filter((one) => one.patch))('patch $patch', ({ patch, expected }) => {
    const parsed = personalityChange.safeParse(patch);
    if (expected === 'refuse') expect(parsed.success).toBe(false);
    else expect(parsed.data).toEqual(expected);
  });
});

describe('usage-window', () => {
  const { input } = procedures['usage.summary'];
  const [start, end] = [new Date('2026-01-01T00:00:00Z'), new Date('2027-01-02T00:00:00Z')];
  const later = (ms: number) => new Date(end.getTime() + ms);
  test.each(vectorCases('usage-window'))('$window', ({ window, needs }) => {
    const accepted = (more: object) => input.safeParse({ window, ...more }).success;
    expect(accepted({})).toBe(needs === undefined);
    expect(accepted({ from: start, to: end })).toBe(needs !== undefined);
    for (const wrong of [{ from: start }, { to: end }, { from: end, to: start }, { from: end, to: end }])
      expect(accepted(wrong)).toBe(false);
    expect(accepted({ from: start, to: later(1) })).toBe(false);
  });
});

describe('week-anchor-config', () => {
  test.each(vectorCases('week-anchor-config'))(
    '$day $time $timeZone',
    ({ day, time, timeZone, expected }) => {
      const parsed = guildSettingsChange.safeParse({ weekAnchor: { day, time, timeZone } });
      expect(parsed.success).toBe(expected === 'ok');
    },
  );
});

describe('return-to', () => {
  test.each(vectorCases('return-to'))('$input', ({ input, expected }) => {
    expect(safeReturnPath(String(input))).toBe(expected);
  });

  test.each(['//evil.example', '/\\evil.example', '\\\\evil.example', '/\t/evil.example'])(
    '%j leads nowhere',
    (input) => {
      expect(safeReturnPath(input)).toBeNull();
    },
  );
});
