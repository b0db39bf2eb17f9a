import { DAY } from '../clock.js';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/**
 * What the clocks of a zone show at an instant, as the milliseconds that UTC would show the same at: read it with
 * the UTC methods of `Date`.
 */
export function wallTime(instant: Date, timeZone: string): number {
  const part = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (name: Intl.DateTimeFormatPartTypes) => part.get(name) ?? 0;
  const seconds = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return seconds + (((instant.getTime() % 1000) + 1000) % 1000);
}

/**
 * The instant at which the clocks of a zone show a wall time (see `wallTime`). A time that is skipped when the
 * clocks go forward moves forward with them; of a time that comes twice it is the first.
 */
export function instantOf(wall: number, timeZone: string): Date {
  const offsetNear = (ms: number) => wallTime(new Date(ms), timeZone) - ms;
  const before = wall - offsetNear(wall - DAY);
  const after = wall - offsetNear(wall + DAY);
  const shows = (ms: number) => wallTime(new Date(ms), timeZone) === wall;
  const found = [before, after].filter(shows);
  return new Date(found.length > 0 ? Math.min(...found) : before);
}
