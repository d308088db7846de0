/**
 * What a supervisor and its child processes say to each other. Both directions are checked like network input: user
 * code runs in the child and may send what it likes. A message of a run counts only with the token of that run, and
 * names no job: the supervisor knows which job it gave to which process.
 */
import type { ErrorDocument } from '@hotline/core'
import type { Answer, Assignment, StopReason } from './runner.ts'
import { STOP_REASONS } from './runner.ts'

/** What a supervisor needs to know of a task whose handler a child has. */
export interface TaskFacts {
  readonly name: string
  readonly queue: string
  readonly memoryBytes?: number | undefined
}

export type ToChild =
  | { readonly type: 'run'; readonly token: string; readonly assignment: Assignment }
  | { readonly type: 'abort'; readonly token: string; readonly reason: StopReason }
  /** Exit in peace; no job runs. */
  | { readonly type: 'end' }

export type FromChild =
  | { readonly type: 'ready'; readonly tasks: readonly TaskFacts[] }
  | {
      readonly type: 'refused'
      readonly problem: string
      readonly cure: string
      readonly error?: ErrorDocument | undefined
    }
  | { readonly type: 'progress'; readonly token: string; readonly value: string; readonly dropped: number }
  | {
      readonly type: 'logged'
      readonly token: string
      readonly lines: readonly string[]
      readonly dropped: number
    }
  | { readonly type: 'answer'; readonly token: string; readonly answer: Answer }

/** Most lines of one `logged` message, and the longest line, in UTF-16 units. */
export const MAX_LINES = 100
export const MAX_LINE_LENGTH = 8192

/** The message, if it is one that a child may send. */
export function parseFromChild(value: unknown): FromChild | undefined {
  return isFromChild(value) ? value : undefined
}

/** The message, if it is one that a supervisor may send. */
export function parseToChild(value: unknown): ToChild | undefined {
  return isToChild(value) ? value : undefined
}

function isFromChild(value: unknown): value is FromChild {
  if (!isObject(value)) return false
  const { type, token } = value
  if (type === 'ready') return isListOf(value.tasks, isTaskFacts)
  if (type === 'refused')
    return areTexts(value.problem, value.cure) && isOptional(value.error, isErrorDocument)
  if (!isText(token)) return false
  if (type === 'progress') return isText(value.value) && isCount(value.dropped)
  if (type === 'logged') return isLines(value.lines) && isCount(value.dropped)
  return type === 'answer' && isAnswer(value.answer)
}

function isToChild(value: unknown): value is ToChild {
  if (!isObject(value)) return false
  const { type, token } = value
  if (type === 'end') return true
  if (type === 'abort') return isText(token) && STOP_REASONS.some((reason) => reason === value.reason)
  return type === 'run' && isText(token) && isAssignment(value.assignment)
}

function isAnswer(value: unknown): value is Answer {
  if (!isObject(value)) return false
  const { kind, code } = value
  if (kind === 'unknown-task') return true
  if (!isOptional(value.cpuMs, isAmount)) return false
  if (kind === 'returned') return isText(value.output) && isFlag(value.heeded)
  const isCode = code === 'HANDLER_ERROR' || code === 'INVALID_INPUT' || code === 'INVALID_OUTPUT'
  const areFlags = isFlag(value.isRetryable) && isFlag(value.spoiled)
  return kind === 'failed' && isCode && areFlags && isErrorDocument(value.error)
}

function isAssignment(value: unknown): value is Assignment {
  if (!isObject(value)) return false
  const { jobId, task, queue, tags, attempt, traceparent, input, maxBytes } = value
  const areWords = areTexts(jobId, task, queue, input) && isOptional(traceparent, isText)
  return areWords && isListOf(tags, isText) && isCount(attempt) && isCount(maxBytes)
}

function isTaskFacts(value: unknown): value is TaskFacts {
  return isObject(value) && areTexts(value.name, value.queue) && isOptional(value.memoryBytes, isAmount)
}

/** Only its outline; whoever takes it hands it to `parseErrorDocument`. */
function isErrorDocument(value: unknown): value is ErrorDocument {
  return isObject(value) && areTexts(value.name, value.message)
}

function isLines(value: unknown): value is readonly string[] {
  const fits = (line: unknown): line is string => isText(line) && line.length <= MAX_LINE_LENGTH
  return isListOf(value, fits) && value.length <= MAX_LINES
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem)
}

function isOptional<T>(value: unknown, isValue: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || isValue(value)
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every(isText)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isCount(value: unknown): value is number {
  return isAmount(value) && Number.isSafeInteger(value)
}
