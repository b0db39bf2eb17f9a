import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { guildSettingsChange, personalityChange, procedures } from '../src/index.ts';

function said(schema: z.ZodType, value: unknown) {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
}

describe('messages', () => {
  it('go on from the name of the field', () => {
    expect(said(guildSettingsChange, { weekWindowDays: 15 })).toEqual(['weekWindowDays must be at most 14']);
    expect(said(guildSettingsChange, { weekWindowDays: 0.5 })[0]).toBe(
      'weekWindowDays must be a whole number',
    );
    expect(said(guildSettingsChange, { sheetTab: ' ' })).toEqual(['sheetTab must not be empty']);
    expect(said(guildSettingsChange, { warnTotalLow: '1k' })).toEqual([
      'warnTotalLow must be a whole number',
    ]);
    expect(said(personalityChange, { tone: 'loud' })[0]).toMatch(/^tone must be one of: neutral, /);
    expect(said(procedures['guild.byId'].input, {})).toEqual(['guildId is missing']);
    expect(said(guildSettingsChange, { colour: 1 })[0]).toBe(' has unknown fields: colour');
  });

  it('leave what a schema says itself', () => {
    expect(said(guildSettingsChange, { screenshotChannelId: 'x' })).toEqual([
      'screenshotChannelId must be a Discord id: 17 to 20 digits',
    ]);
  });
});
