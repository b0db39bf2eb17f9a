import { describe, expect, it } from 'vitest';
import { withoutMentions } from '../../src/index.ts';

/** One of the ids that JavaScript's numbers can write out. */
const person = { id: '80351110224678910', alias: '0123456789abcdef0' };
const ids = [person, { id: 'Vn3-pS_tH1qk0Zr9yWc2Ag', alias: 'fedcba9876543210fedcba' }];

describe('A row without the ids of somebody who was erased', () => {
  it('mentions nobody, in whichever way it did', () => {
    const text = `<@${person.id}> or <@!${person.id}>, ${person.id}; x${ids[1]?.id}`;
    expect(withoutMentions('chat_messages', { id: 'a', text }, ids)).toEqual({
      id: 'a',
      text: '<@erased> or <@!erased>, erased; xerased',
    });
  });

  it('has whole JSON, also where the id was a name or a number in it', () => {
    const value = { [person.id]: [1, Number(person.id), { who: `<@${person.id}>`, none: null }], yes: true };
    expect(withoutMentions('stats', { id: 'a', value }, ids)['value']).toEqual({
      erased: [1, 'erased', { who: '<@erased>', none: null }],
      yes: true,
    });
    expect(withoutMentions('stats', { value: Number(person.id) }, ids)).toEqual({ value: 'erased' });
  });

  it('keeps apart what a key tells apart', () => {
    const row = { event_id: `welcome-${person.id}`, source: ids[1]?.id ?? '' };
    expect(withoutMentions('stats', row, ids)).toEqual({
      event_id: `welcome-${person.alias}`,
      source: ids[1]?.alias,
    });
  });

  it('is as long as before at most, so that every column takes it', () => {
    for (const { id, alias } of ids) expect(alias.length).toBeLessThanOrEqual(id.length);
    const full = `${'x'.repeat(64 - person.id.length)}${person.id}`;
    const left = withoutMentions('chat_messages', { client_id: full }, ids);
    expect(left).toEqual({ client_id: expect.stringMatching(/^.{64}$/) });
  });

  it('is the row itself where nobody is mentioned, and where its columns mention nobody', () => {
    const row = { id: 'a', text: 'nobody', guild_id: person.id };
    expect(withoutMentions('chat_messages', row, ids)).toBe(row);
  });

  it('mentions nobody in a column that the schema has no more', () => {
    expect(withoutMentions('chat_messages', { embed: `by ${person.id}` }, ids)).toEqual({
      embed: 'by erased',
    });
  });
});
