const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const MINUTE = 60_000;
const steps = [
  ['day', 24 * 60 * MINUTE],
  ['hour', 60 * MINUTE],
  ['minute', MINUTE],
] as const;

/** A day as `Nov 23, 2026`, in the reader's time zone. */
export function dayText(date: Date): string {
  return day.format(date);
}

/** A moment with its time, in the reader's time zone. */
export function momentText(date: Date): string {
  return moment.format(date);
}

/** How long ago something was, within the last month; later the day. */
export function agoText(date: Date, now = new Date()): string {
  const passed = now.getTime() - date.getTime();
  if (passed > 30 * 24 * 60 * MINUTE) return dayText(date);
  for (const [unit, length] of steps) {
    if (passed >= length) return relative.format(-Math.floor(passed / length), unit);
  }
  return 'just now';
}

/** When something ends, or that it has: `ends Nov 23, 2026`. */
export function endText(date: Date, now = new Date()): string {
  return `${date > now ? 'ends' : 'ended'} ${dayText(date)}`;
}
