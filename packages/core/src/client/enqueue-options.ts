import { InvalidOptionError } from '../error.ts'
import type { Priority } from '../job/event.ts'
import type { Duration } from '../task/duration.ts'
import { parseDuration } from '../task/duration.ts'
import { checkName } from '../task/name.ts'
import { checkOptions } from '../task/option-names.ts'
import type { Task } from '../task/task.ts'

/** What one job may have of its own. */
export interface EnqueueOptions {
  /** Not to start before this time has passed. Default none. */
  readonly delay?: Duration | undefined
  /** Strict: while a `high` one of the same queues waits, no `normal` one starts. Default `normal`. */
  readonly priority?: Priority | undefined
  /** At most one job of the task per key, while it is remembered: the same key and input give the same job again. */
  readonly key?: string | undefined
  /** Not to start at all after this time. Default none. */
  readonly expires?: Duration | undefined
  /** Up to 20, to find jobs by. */
  readonly tags?: readonly string[] | undefined
  /** Instead of the task's. */
  readonly queue?: string | undefined
  /** W3C trace context of the caller, `00-…-…-01`. */
  readonly traceparent?: string | undefined
}

/** The options, checked, in the units of the log. */
export interface EnqueueTerms {
  readonly queue: string
  readonly delayMs: number
  readonly expiresInMs?: number | undefined
  readonly priority: Priority
  readonly key?: string | undefined
  readonly tags: readonly string[]
  readonly traceparent?: string | undefined
}

const KNOWN = ['delay', 'priority', 'key', 'expires', 'tags', 'queue', 'traceparent'] as const
const PRIORITIES = ['high', 'normal', 'low'] as const
const MOST_TAGS = 20
const NO_TAGS: readonly string[] = Object.freeze([])
const DEFAULT_OPTIONS: EnqueueOptions = Object.freeze({})

/** @throws InvalidOptionError that names the option, the value, and what would be right. */
export function enqueueTerms(
  task: Task,
  options: EnqueueOptions = DEFAULT_OPTIONS,
  retentionMs: number,
): EnqueueTerms {
  checkOptions('enqueue', options, KNOWN)
  const { delay, expires, key, priority = 'normal', tags, queue, traceparent } = options
  const delayMs = delay === undefined ? 0 : checkWithin('delay', parseDuration(delay, 'delay'), retentionMs)
  return {
    queue: queue === undefined ? task.queue : checkName('queue', queue),
    delayMs,
    expiresInMs: expires === undefined ? undefined : parseDuration(expires, 'expires'),
    priority: checkPriority(priority),
    key: key === undefined ? undefined : checkName('key', key),
    tags: tags === undefined ? NO_TAGS : checkTags(tags),
    traceparent: traceparent === undefined ? undefined : checkTraceparent(traceparent),
  }
}

/** A time that the backend's retention must cover, or the job would be forgotten before it could run. */
export function checkWithin(option: string, ms: number, retentionMs: number): number {
  if (ms <= retentionMs) return ms
  const problem = `\`${option}\` is ${ms} ms, and this backend remembers for ${retentionMs} ms.`
  throw new InvalidOptionError({
    option,
    problem,
    cure: 'Shorten it, or give the transport a longer `retention`.',
  })
}

function checkPriority(value: Priority): Priority {
  if (PRIORITIES.includes(value)) return value
  const problem = `\`priority\` is ${JSON.stringify(value)}.`
  throw new InvalidOptionError({ option: 'priority', problem, cure: "Give 'high', 'normal' or 'low'." })
}

function checkTags(tags: unknown): readonly string[] {
  if (Array.isArray(tags) && tags.length <= MOST_TAGS)
    return tags.map((tag: unknown) => checkName('tag', tag))
  throw new InvalidOptionError({
    option: 'tags',
    problem: '`tags` is not a list that can be kept.',
    cure: `Give an array of up to ${MOST_TAGS} texts.`,
  })
}

function checkTraceparent(value: unknown): string {
  if (typeof value === 'string' && /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(value)) return value
  const problem = '`traceparent` is not a W3C trace context.'
  throw new InvalidOptionError({
    option: 'traceparent',
    problem,
    cure: 'Give the header as your tracer made it: 00-<32 hex>-<16 hex>-<2 hex>.',
  })
}
