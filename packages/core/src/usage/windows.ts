import type { UsageWindow } from '@slimy/contract';
import { DAY } from '../clock.js';
import { startOf, type Period } from '../time/calendar.js';

interface AskedWindow {
  readonly window: UsageWindow;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly timeZone: string;
}

/** The period that a window means at an instant (vector `usage-window`). It ends with the present millisecond. */
export function periodOf({ window, from, to, timeZone }: AskedWindow, now: Date): Period {
  const end = new Date(now.getTime() + 1);
  switch (window) {
    case 'today':
      return { from: startOf('day', now, timeZone), to: end };
    case '7d':
      return { from: new Date(now.getTime() - 7 * DAY), to: end };
    case '30d':
      return { from: new Date(now.getTime() - 30 * DAY), to: end };
    case 'this_month':
      return { from: startOf('month', now, timeZone), to: end };
    case 'custom':
      return { from: from ?? now, to: to ?? end };
  }
}
