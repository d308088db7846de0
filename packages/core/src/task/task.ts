import type { StandardSchemaV1 } from '@standard-schema/spec'
import { InvalidOptionError } from '../error.ts'
import type { JobLimits } from '../job/event.ts'
import type { Backoff } from './backoff.ts'
import type { Bytes } from './bytes.ts'
import { parseBytes } from './bytes.ts'
import type { Duration } from './duration.ts'
import { parseDuration } from './duration.ts'
import { checkName } from './name.ts'
import { checkOptions } from './option-names.ts'

/** What crosses the queue for one task. A schema may transform, so each payload has a type on either side of it. */
export interface TaskTypes {
  /** What `enqueue` takes. */
  input: unknown
  /** What the handler gets. */
  parsedInput: unknown
  /** What the handler returns. */
  returned: unknown
  /** What `result` gives. */
  output: unknown
  /** What `ctx.progress` takes. */
  reported: unknown
  /** What events and handles give. */
  progress: unknown
}

/** A job type that producer and worker share: a name, schemas, and defaults. Made by `defineTask`, immutable. */
export interface Task<T extends TaskTypes = TaskTypes> {
  readonly name: string
  readonly queue: string
  /** `retentionMs` is missing where the task leaves it to the backend. */
  readonly limits: Omit<JobLimits, 'retentionMs'> & { readonly retentionMs?: number | undefined }
  readonly schemas: TaskSchemas
  /** Carries the types; never there at run time. */
  readonly '~types'?: T
}

/** Any Standard Schema (zod, valibot, arktype …); without one the payload is not checked beyond being JSON. */
export interface TaskSchemas {
  readonly input?: StandardSchemaV1 | undefined
  readonly output?: StandardSchemaV1 | undefined
  readonly progress?: StandardSchemaV1 | undefined
}

/** Defaults of a task's jobs. */
export interface TaskDefaults {
  /** Where its jobs wait. Default `default`. */
  readonly queue?: string | undefined
  /** How many times the handler may throw, 1 to 1000. Default 3. */
  readonly attempts?: number | undefined
  /** How many times a job may take its process or worker with it, 1 to 100. Default 3. */
  readonly crashLimit?: number | undefined
  /** Wait after a failed attempt. Default 1 s, doubled up to 5 min, spread by 20 %. */
  readonly backoff?:
    | {
        readonly initial?: Duration
        readonly factor?: number
        readonly max?: Duration
        readonly jitter?: number
      }
    | undefined
  /** Time for one attempt. Default none. */
  readonly timeout?: Duration | undefined
  /** Resident memory of the process that runs one attempt. Default none. */
  readonly memory?: Bytes | undefined
  /** How long a finished job is remembered. Default: the backend's. */
  readonly retention?: Duration | undefined
}

type Schema = StandardSchemaV1
type In<S> = S extends Schema ? StandardSchemaV1.InferInput<S> : unknown
type Out<S> = S extends Schema ? StandardSchemaV1.InferOutput<S> : unknown

/** The types of a task with schemas; a payload without a schema is `unknown` on both sides. */
export interface SchemaTypes<I, O, P> extends TaskTypes {
  input: In<I>
  parsedInput: Out<I>
  returned: In<O>
  output: Out<O>
  reported: In<P>
  progress: Out<P>
}

/** The types of a task that has types alone. */
export interface PlainTypes<I, O, P> extends TaskTypes {
  input: I
  parsedInput: I
  returned: O
  output: O
  reported: P
  progress: P
}

/** Options of `defineTask`: defaults, and a schema for each payload that is to be checked. */
export interface TaskOptions<I, O, P> extends TaskDefaults {
  readonly input?: I
  readonly output?: O
  readonly progress?: P
}

/**
 * Defines a task: `defineTask('integrate', { input: schema, … })`, or by types alone, `defineTask<In, Out>('integrate')`.
 * Names are 1 to 100 of `A-Z a-z 0-9 . _ : / -`.
 *
 * @throws InvalidOptionError for a name, option or value that cannot be; it names the nearest right one.
 */
export function defineTask<
  I extends Schema | undefined = undefined,
  O extends Schema | undefined = undefined,
  P extends Schema | undefined = undefined,
>(name: string, options: TaskOptions<I, O, P> & WithSchema<I, O, P>): Task<SchemaTypes<I, O, P>>
export function defineTask<I, O = unknown, P = unknown>(
  name: string,
  defaults?: TaskDefaults,
): Task<PlainTypes<I, O, P>>
export function defineTask(name: string, options: TaskOptions<Schema, Schema, Schema> = {}): Task {
  checkOptions('defineTask', options, OPTION_NAMES)
  const { input, output, progress } = options
  for (const [option, schema] of Object.entries({ input, output, progress })) checkSchema(option, schema)
  return Object.freeze({
    name: checkName('task', name),
    queue: checkName('queue', options.queue ?? 'default'),
    limits: Object.freeze(limitsOf(options)),
    schemas: Object.freeze({ input, output, progress }),
  })
}

/** At least one schema: tells the overload with schemas from the one with types alone. */
type WithSchema<I, O, P> = { readonly input: I } | { readonly output: O } | { readonly progress: P }

const OPTION_NAMES = [
  'input',
  'output',
  'progress',
  'queue',
  'attempts',
  'crashLimit',
  'backoff',
  'timeout',
  'memory',
  'retention',
] as const

function limitsOf(defaults: TaskDefaults): Task['limits'] {
  const { timeout, memory, retention } = defaults
  return {
    attempts: wholeNumber('attempts', defaults.attempts ?? 3, 1, 1000),
    crashLimit: wholeNumber('crashLimit', defaults.crashLimit ?? 3, 1, 100),
    backoff: backoffOf(defaults.backoff ?? {}),
    timeoutMs: timeout === undefined ? undefined : parseDuration(timeout, 'timeout'),
    memoryBytes: memory === undefined ? undefined : parseBytes(memory, 'memory'),
    retentionMs: retention === undefined ? undefined : parseDuration(retention, 'retention'),
  }
}

function backoffOf(given: NonNullable<TaskDefaults['backoff']>): Backoff {
  checkOptions('backoff', given, ['initial', 'factor', 'max', 'jitter'])
  const { initial = '1s', factor = 2, max = '5m', jitter = 0.2 } = given
  return Object.freeze({
    initialMs: parseDuration(initial, 'backoff.initial'),
    factor: inRange('backoff.factor', factor, 1, 100),
    maxMs: parseDuration(max, 'backoff.max'),
    jitter: inRange('backoff.jitter', jitter, 0, 1),
  })
}

function wholeNumber(option: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value)) return inRange(option, value, least, most)
  throw new InvalidOptionError({
    option,
    problem: `\`${option}\` is ${String(value)}.`,
    cure: `Give a whole number from ${least} to ${most}.`,
  })
}

function inRange(option: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw new InvalidOptionError({
    option,
    problem: `\`${option}\` is ${String(value)}.`,
    cure: `Give a number from ${least} to ${most}.`,
  })
}

/** n.b. schemas of arktype are functions, so the type of the value says nothing. */
function checkSchema(option: string, schema: unknown): void {
  if (schema === undefined) return
  const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function'
  if (isObject && '~standard' in schema) return
  throw new InvalidOptionError({
    option,
    problem: `\`${option}\` is not a Standard Schema.`,
    cure: 'Give a schema of zod, valibot, arktype or any other library that implements Standard Schema 1.',
  })
}
