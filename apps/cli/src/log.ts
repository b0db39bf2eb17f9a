import { withoutSecrets } from '@slimy/config';
import type { Logger } from '@slimy/core';

function line(fields: object, message: string): void {
  const error = 'err' in fields && fields.err instanceof Error ? `: ${fields.err.message}` : '';
  console.error(withoutSecrets(`${message}${error}`));
}

/** What the parts below tell whoever sits at the terminal: what is wrong, and nothing of everyday work. */
export const terminalLog: Logger = { debug() {}, info() {}, warn: line, error: line };
