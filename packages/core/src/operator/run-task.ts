import { z } from 'zod';
import { AppError } from '../errors.js';
import type { OperatorTasks, TaskRun } from './task.js';

/** What goes back to the command line for a task that did not end well. */
export interface TaskFailure {
  readonly message: string;
  readonly remedy: string | null;
}

/**
 * Runs a task by its name.
 * @throws AppError for an unknown name or an input that does not fit, and whatever the task throws
 */
export async function runTask(
  tasks: OperatorTasks,
  name: string,
  input: unknown,
  run: Omit<TaskRun, 'caller'>,
): Promise<object> {
  const task = tasks.get(name);
  if (!task) throw new AppError('not_found', `This version of the program knows no task "${name}".`);
  const request = { requestId: `slimy:${name}`.slice(0, 64), ipAddress: null, userAgent: null };
  try {
    return await task.run(input, {
      ...run,
      caller: { actor: { kind: 'system', task: `slimy ${name}` }, request },
    });
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const said = error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
    throw new AppError('invalid_input', said.join('; '), { cause: error });
  }
}
