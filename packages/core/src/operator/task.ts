import type { z } from 'zod';
import type { Caller } from '../caller.js';

/** How far a long task has come. */
export interface TaskProgress {
  readonly step: string;
  readonly done: number;
  /** Null where nobody knows. */
  readonly total: number | null;
}

/** What a task is told besides its input. */
export interface TaskRun {
  /** The program itself, on behalf of whoever operates the machine. */
  readonly caller: Caller;
  /** Aborted when the operator goes away; a task that can go on later ends soon. */
  readonly signal: AbortSignal;
  readonly progress: (progress: TaskProgress) => void;
}

/** Work for the operator's command line. What it gives is plain JSON. */
export interface OperatorTask {
  readonly input: z.ZodType;
  run(input: unknown, run: TaskRun): Promise<object>;
}

/** Checks a task's types where it is declared. */
export function operatorTask<Input extends z.ZodType>(
  input: Input,
  run: (input: z.output<Input>, run: TaskRun) => Promise<object>,
): OperatorTask {
  return { input, run: (given, taskRun) => run(input.parse(given), taskRun) };
}

/** Tasks by name. */
export type OperatorTasks = ReadonlyMap<string, OperatorTask>;
