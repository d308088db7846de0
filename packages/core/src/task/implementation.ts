import { InvalidOptionError } from '../error.ts'
import type { JobId } from '../job/job-id.ts'
import type { Task, TaskTypes } from './task.ts'

/** What a handler knows of its job, and how it talks back. */
export interface JobContext<T extends TaskTypes = TaskTypes> {
  readonly jobId: JobId
  readonly task: string
  readonly queue: string
  readonly tags: readonly string[]
  /** 1 for the first. Use `${jobId}:${attempt}` as a fencing token towards other systems. */
  readonly attempt: number
  /** Aborts when the job is to stop: cancelled, timed out, or its worker drains. The reason says which. */
  readonly signal: AbortSignal
  /**
   * Says how far it is. Reports in quick succession are merged: the latest wins, the event counts the others.
   * @throws ValidationError or SerializationError for a value that the task's schema or JSON cannot take.
   */
  progress(value: T['reported']): void
  /** Writes a line to the job's log. Lines above 8 KiB are cut. */
  log(line: string): void
}

export type Handler<T extends TaskTypes> = (
  input: T['parsedInput'],
  ctx: JobContext<T>,
) => T['returned'] | Promise<T['returned']>

/** A task with the code that does it. A handlers module exports an array of these by default. */
export interface Implementation<T extends TaskTypes = TaskTypes> {
  readonly task: Task<T>
  /** Takes what `parseInput` made of the input. */
  run(input: unknown, ctx: JobContext): unknown
}

/** Joins a task with its handler. */
export function implement<T extends TaskTypes>(task: Task<T>, handler: Handler<T>): Implementation<T> {
  if (typeof handler === 'function') return Object.freeze({ task, run: handler })
  const problem = `The handler of task "${task.name}" is ${handler === null ? 'null' : typeof handler}.`
  throw new InvalidOptionError({ option: 'handler', problem, cure: 'Give a function of (input, ctx).' })
}

/** Thrown by a handler to say that another attempt would not help: the job fails at once. */
export class FinalError extends Error {
  override readonly name: string = 'FinalError'
  readonly final = true
}
