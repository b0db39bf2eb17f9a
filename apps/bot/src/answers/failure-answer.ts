import { isSlimyError } from '@slimy/client';
import type { Logger } from '../logger.js';
import type { Answer } from './answer.js';
import { failureTexts, type FailureContext } from './failure-texts.js';

/** What a person is shown when their wish failed; what nobody expected is logged. */
export function failureAnswer(error: unknown, context: FailureContext, logger: Logger): Answer {
  if (!isSlimyError(error)) {
    logger.error({ err: error }, 'A command failed unexpectedly');
    return {
      title: 'That did not work',
      lines: ['Something went wrong in the bot itself. Try again; if it stays so, tell its operator.'],
      problem: true,
    };
  }
  if (error.reason === 'internal' || error.reason === 'bad_credentials') {
    logger.error({ reason: error.reason, requestId: error.requestId }, 'The API refused a command');
  }
  return {
    title: 'That did not work',
    lines: failureTexts[error.reason](error, context).split('\n'),
    ...(error.requestId === null ? {} : { footer: `Reference ${error.requestId}` }),
    problem: true,
  };
}
