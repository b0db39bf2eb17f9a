import { DAY, HOUR, MINUTE } from '../clock.js';
import { instantOf, wallTime } from './zone.js';

/** From an instant on, and before another. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

export type CalendarUnit = 'hour' | 'day' | 'week' | 'month';

const QUARTER = 15 * MINUTE;

/** The whole quarters of an hour that a period touches. */
export function wholeQuarters({ from, to }: Period): Period {
  return {
    from: new Date(Math.floor(from.getTime() / QUARTER) * QUARTER),
    to: new Date(Math.ceil(to.getTime() / QUARTER) * QUARTER),
  };
}

/** The first instant of the day, or the month, that an instant lies in. */
export function startOf(unit: 'day' | 'month', instant: Date, timeZone: string): Date {
  const wall = new Date(wallTime(instant, timeZone));
  const day = unit === 'month' ? 1 : wall.getUTCDate();
  return instantOf(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), day), timeZone);
}

/** An hour ends when the clocks show a whole hour again: after 60 minutes, and 30 or 90 where they change by half. */
function endOfHour(instant: Date, timeZone: string): Date {
  let end = instant.getTime();
  do end += HOUR - (wallTime(new Date(end), timeZone) % HOUR);
  while (wallTime(new Date(end), timeZone) % HOUR !== 0);
  return new Date(end);
}

/** The wall time at which the unit after the one of a wall time begins. Weeks begin on Monday. */
function nextWall(unit: 'day' | 'week' | 'month', wall: Date): number {
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
  if (unit === 'month') return Date.UTC(year, month + 1, 1);
  const daysLeft = unit === 'day' ? 1 : 7 - ((wall.getUTCDay() + 6) % 7);
  return Date.UTC(year, month, day) + daysLeft * DAY;
}

/** The first instant after the hour, day, week (from Monday) or month that an instant lies in. */
function endOf(unit: CalendarUnit, instant: Date, timeZone: string): Date {
  if (unit === 'hour') return endOfHour(instant, timeZone);
  return instantOf(nextWall(unit, new Date(wallTime(instant, timeZone))), timeZone);
}

/**
 * A period cut at the beginnings of hours, days, weeks or months of a zone, in order. Null when that gives more
 * than `most`.
 */
export function cutPeriod(
  { from, to }: Period,
  unit: CalendarUnit,
  timeZone: string,
  most: number,
): Period[] | null {
  const periods: Period[] = [];
  for (let start = from; start < to;) {
    if (periods.length === most) return null;
    const end = endOf(unit, start, timeZone);
    periods.push({ from: start, to: end < to ? end : to });
    start = end;
  }
  return periods;
}
