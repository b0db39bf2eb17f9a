import { liveMessage, type LiveMessage } from '@slimy/contract';
import { SlimyError } from '../errors.js';

function messageOf(line: string): LiveMessage | null {
  if (!line.startsWith('data:')) return null;
  try {
    return liveMessage.parse(JSON.parse(line.slice('data:'.length)));
  } catch (error) {
    throw new SlimyError('unreadable_answer', 'The stream holds something this client does not understand.', {
      cause: error,
    });
  }
}

/** Puts the messages of a stream together from its text as it comes: one on each `data:` line, comments between. */
export class StreamText {
  #rest = '';

  /** Takes a piece of the text and gives the messages that are complete with it. @throws SlimyError `unreadable_answer` */
  push(piece: string): LiveMessage[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => messageOf(line) ?? []);
  }
}
