import { SuperJSON, type SuperJSONResult } from 'superjson';
import { errorFromShape, SlimyError } from '../errors.js';
import type { Outcome } from './call.js';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEnvelope(value: unknown): value is SuperJSONResult {
  return isRecord(value) && 'json' in value;
}

const notUnderstood = () =>
  new SlimyError('unreadable_answer', 'The server answered in a form this client does not understand.');

function outcomeOf(answer: unknown): Outcome {
  try {
    if (isRecord(answer) && isEnvelope(answer.error)) {
      return { ok: false, error: errorFromShape(SuperJSON.deserialize(answer.error)) };
    }
    if (isRecord(answer) && isRecord(answer.result) && isEnvelope(answer.result.data)) {
      return { ok: true, data: SuperJSON.deserialize(answer.result.data) };
    }
  } catch {
    // superjson refuses values whose description does not fit them; that is an answer we cannot read.
  }
  return { ok: false, error: notUnderstood() };
}

function withoutJson(response: Response): SlimyError {
  if (response.status >= 500) {
    return new SlimyError('unreachable', `The server cannot be reached (HTTP ${response.status}).`);
  }
  return new SlimyError(
    'unreadable_answer',
    `The address answered with HTTP ${response.status} and something that is not Slimy's.`,
  );
}

/** Reads the answer to a request of `count` calls: one outcome for each, in their order. */
export async function readAnswer(response: Response, count: number, batch: boolean): Promise<Outcome[]> {
  const text = await response.text();
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    const error = withoutJson(response);
    return Array.from({ length: count }, () => ({ ok: false, error }));
  }
  if (!batch) return [outcomeOf(answer)];
  // A batch that is refused as a whole is answered by one error.
  if (!Array.isArray(answer)) return Array.from({ length: count }, () => outcomeOf(answer));
  return Array.from({ length: count }, (_, index) => outcomeOf(answer[index]));
}
