import { limits, wantedSubscriptions, type WantedSubscription } from '@slimy/contract';
import { AppError, rule } from '@slimy/core';
import { callOf } from '../context/call.js';
import type { ApiContext } from '../context/opaque.js';
import { parseJson } from '../wire/input-reader.js';

/** Holds the list against its bounds. Inputs are still as they came: each is its own subscription's matter. */
function parsedList(text: string | undefined): readonly WantedSubscription[] {
  if (text === undefined) {
    throw new AppError('malformed_body', 'Name the subscriptions in the parameter "list".');
  }
  if (text.length > limits.liveListMax) {
    throw new AppError('batch_too_large', `The list is longer than ${limits.liveListMax} characters.`);
  }
  const parsed = parseJson(text);
  if (Array.isArray(parsed) && parsed.length > limits.liveSubscriptionsMax) {
    throw new AppError(
      'batch_too_large',
      `A stream carries at most ${limits.liveSubscriptionsMax} subscriptions.`,
    );
  }
  const result = wantedSubscriptions.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = ['list', ...(issue?.path.map(String) ?? [])].join('.');
  throw new AppError('malformed_body', `${where}: ${issue?.message ?? 'is not valid'}`);
}

/**
 * Reads the list of subscriptions that a stream is asked to carry. One that cannot be read counts as a call, and
 * who may not call at all is told that first.
 * @throws AppError `malformed_body`, `batch_too_large`; before them `rate_limited`, `not_signed_in` and what is
 * wrong with credentials
 */
export async function wantedList(
  text: string | undefined,
  context: ApiContext,
): Promise<readonly WantedSubscription[]> {
  try {
    return parsedList(text);
  } catch (error) {
    const call = callOf(context);
    const caller = await call.countedCaller('read');
    call.dependencies.permissions.beforeInput(caller, rule.signedIn, {
      viaBot: true,
      byToken: true,
      mutation: false,
    });
    throw error;
  }
}
