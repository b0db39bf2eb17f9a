import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutPeriod, startOf } from '../../src/time/calendar.ts';
import { instantOf, wallTime } from '../../src/time/zone.ts';

const zones = [
  'UTC',
  'Asia/Kathmandu',
  'Australia/Adelaide',
  'Australia/Lord_Howe',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'Africa/Cairo',
  'Pacific/Apia',
  'Pacific/Chatham',
];
const hours = (period: { from: Date; to: Date }) => (period.to.getTime() - period.from.getTime()) / 3_600_000;
const clock = (instant: Date, zone: string) => new Date(wallTime(instant, zone)).toISOString().slice(0, 16);

describe('a period cut in a time zone', () => {
  test.each([
    ['Asia/Kathmandu', '2026-04-14T18:15Z', '2026-04-15T18:15Z', 24],
    ['Australia/Adelaide', '2026-04-14T14:30Z', '2026-04-15T14:30Z', 24],
    ['America/Los_Angeles', '2026-03-08T08:00Z', '2026-03-09T07:00Z', 23],
    ['America/Los_Angeles', '2026-11-01T07:00Z', '2026-11-02T08:00Z', 25],
    ['Australia/Lord_Howe', '2026-04-04T13:00Z', '2026-04-05T13:30Z', 24.5],
    ['Africa/Cairo', '2026-04-23T22:00Z', '2026-04-24T21:00Z', 23],
  ])('a day of %s from %s to %s has %d hours', (zone, from, to, expected) => {
    const days = cutPeriod({ from: new Date(from), to: new Date(to) }, 'day', zone, 10);
    expect(days?.map(hours)).toEqual([expected]);
    expect(startOf('day', new Date(Date.parse(to) - 1), zone)).toEqual(new Date(from));
  });

  test('hours go on through both changes of the clocks, the one that comes twice is two', () => {
    const cut = (from: string, to: string, zone: string) =>
      cutPeriod({ from: new Date(from), to: new Date(to) }, 'hour', zone, 100)?.map((hour) =>
        clock(hour.from, zone).slice(11),
      );
    const zone = 'America/Los_Angeles';
    expect(cut('2026-03-08T09:00Z', '2026-03-08T12:00Z', zone)).toEqual(['01:00', '03:00', '04:00']);
    expect(cut('2026-11-01T08:00Z', '2026-11-01T11:00Z', zone)).toEqual(['01:00', '01:00', '02:00']);
    expect(cut('2026-04-15T00:00Z', '2026-04-15T02:00Z', 'Asia/Kathmandu')).toEqual([
      '05:45',
      '06:00',
      '07:00',
    ]);
  });

  test('weeks begin on Monday, months on their first day', () => {
    const year = { from: new Date('2026-01-01T00:00Z'), to: new Date('2027-01-01T00:00Z') };
    const weeks = cutPeriod(year, 'week', 'Australia/Adelaide', 60)!;
    for (const week of weeks.slice(1)) {
      expect(new Date(wallTime(week.from, 'Australia/Adelaide')).getUTCDay()).toBe(1);
    }
    const months = cutPeriod(year, 'month', 'America/St_Johns', 60)!;
    expect(months.slice(1).map((month) => clock(month.from, 'America/St_Johns').slice(5))).toEqual(
      ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].map((m) => `${m}-01T00:00`),
    );
  });

  test('has no gap and no overlap, in any zone, and gives null where there are too many parts', () => {
    const instant = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2036, 0, 1) });
    const unit = fc.constantFrom('hour', 'day', 'week', 'month');
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: 1, max: 40 * 86_400_000 }),
        unit,
        fc.constantFrom(...zones),
        (...given) => {
          const [start, length, by, zone] = given;
          const period = { from: new Date(start), to: new Date(start + length) };
          const parts = cutPeriod(period, by, zone, 2_000)!;
          expect(parts[0]?.from).toEqual(period.from);
          expect(parts.at(-1)?.to).toEqual(period.to);
          for (const [index, part] of parts.entries()) {
            expect(part.to.getTime()).toBeGreaterThan(part.from.getTime());
            if (index > 0) expect(part.from).toEqual(parts[index - 1]?.to);
          }
          expect(cutPeriod(period, by, zone, parts.length - 1)).toBeNull();
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the instant of a wall time', () => {
  test('is where the clocks show it; the first of two; moved forward where it is skipped', () => {
    const zone = 'America/Los_Angeles';
    expect(instantOf(Date.UTC(2026, 10, 1, 1, 30), zone)).toEqual(new Date('2026-11-01T08:30Z'));
    expect(clock(instantOf(Date.UTC(2026, 2, 8, 2, 30), zone), zone)).toBe('2026-03-08T03:30');
    const wall = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2036, 0, 1) });
    fc.assert(
      fc.property(wall, fc.constantFrom(...zones), (ms, of) => {
        const instant = instantOf(ms, of);
        const shown = wallTime(instant, of);
        expect(shown).toBeGreaterThanOrEqual(ms);
        expect(shown - ms).toBeLessThanOrEqual(3_600_000);
      }),
      { numRuns: 300 },
    );
  });
});
