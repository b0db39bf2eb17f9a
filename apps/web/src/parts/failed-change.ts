import { isSlimyError } from '@slimy/client';
import { explain, type Explained } from './error-notice.tsx';

const LOOK_FIRST = 'It is not known whether it was done. Look at what is there now, then try again.';

/**
 * What became of a change that failed. No change is tried again by itself, and where the answer was lost the
 * server may have made it: `unknown` says then what to do.
 */
export function explainFailedChange(error: unknown, unknown = LOOK_FIRST): Explained {
  if (!isSlimyError(error)) return { title: 'That did not work', text: unknown };
  switch (error.reason) {
    case 'unreachable':
    case 'timed_out':
      return { title: explain(error).title, text: unknown };
    case 'database_unavailable':
      return { title: 'The database cannot be reached', text: unknown };
    case 'unreadable_answer':
    case 'aborted':
      return { title: 'The answer did not come', text: unknown };
    case 'shutting_down':
      return { title: 'The server is restarting', text: 'Nothing was done. Try again in a moment.' };
    default:
      return explain(error);
  }
}
