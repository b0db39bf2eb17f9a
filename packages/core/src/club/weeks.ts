import { weekdays, type ClubWeek, type GuildSettings } from '@slimy/contract';
import { DAY, HOUR, MINUTE } from '../clock.js';
import type { Period } from '../time/calendar.js';
import { instantOf, wallTime } from '../time/zone.js';

/** When a club's week begins: a weekday and a time of day in a zone. */
export type WeekAnchor = GuildSettings['weekAnchor'];

const WEEK = 7 * DAY;

/** The ISO week of a day, such as 2026-W15. The day is a wall time, see `wallTime`. */
function isoWeekId(day: number): string {
  const weekday = (new Date(day).getUTCDay() + 6) % 7;
  const thursday = day + (3 - weekday) * DAY;
  const year = new Date(thursday).getUTCFullYear();
  const number = Math.floor((thursday - Date.UTC(year, 0, 1)) / WEEK) + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
}

/**
 * The week of an instant: from the last anchor at or before it to the next one, which is left out (vector
 * `week-window`). It has 167 or 169 hours where the clocks change.
 */
export function weekOf(instant: Date, { day, time, timeZone }: WeekAnchor): ClubWeek {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const timeOfDay = hours * HOUR + minutes * MINUTE;
  const wall = wallTime(instant, timeZone);
  const today = Math.floor(wall / DAY) * DAY;
  const since = (new Date(today).getUTCDay() - weekdays.indexOf(day) + 7) % 7;
  const startOn = (date: number) => instantOf(date + timeOfDay, timeZone);
  let date = today - since * DAY;
  if (startOn(date) > instant) date -= WEEK;
  return { id: isoWeekId(date), from: startOn(date), to: startOn(date + WEEK) };
}

/** The week before another one. */
export function weekBefore(week: Period, anchor: WeekAnchor): ClubWeek {
  return weekOf(new Date(week.from.getTime() - 1), anchor);
}
