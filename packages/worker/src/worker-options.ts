import type { Bytes, Duration, Implementation, Logger, Task, Transport } from '@hotline/core'
import {
  checkChoice,
  checkName,
  checkOptions,
  checkTransport,
  InvalidOptionError,
  parseBytes,
  parseDuration,
  silentLogger,
} from '@hotline/core'
import { moduleAddress } from './handlers.ts'
import type { LadderTimes } from './stop-ladder.ts'

/** Where handlers run: each job in a child process of its slot, or all in the worker's own process. */
export type Isolation = 'process' | 'inline'

/** Options of {@link createWorker}. */
export interface WorkerOptions {
  /** May be shared with a client of this process. */
  readonly transport: Transport
  /**
   * The module whose default export is an array of `implement(task, handler)`: a file, by URL or by path from the
   * working directory. With `isolation: 'inline'` also the array itself.
   */
  readonly handlers: URL | string | readonly Implementation[]
  /** Tasks that the module must have handlers for. Default: whichever it has. */
  readonly tasks?: readonly Task[] | undefined
  /** Queues to take jobs from. Default: those of the handlers' tasks. */
  readonly queues?: readonly string[] | undefined
  /** Jobs at once, 1 to 1024. Default: as many as there are CPUs, or as fit into memory by the largest task's. */
  readonly concurrency?: number | undefined
  /** Default `process`. `inline` is for cheap asynchronous work: it can be asked to stop, and not be made to. */
  readonly isolation?: Isolation | undefined
  /** Names of environment variables that handlers may see, besides the harmless ones. Default none. */
  readonly env?: readonly string[] | undefined
  /** A child process is replaced after so many jobs (default 1000), or when it holds more memory after one (512 MiB). */
  readonly recycle?: { readonly jobs?: number | undefined; readonly rss?: Bytes | undefined } | undefined
  /** Time between the abort signal and SIGTERM, and between that and SIGKILL. Default 2 s each. */
  readonly stopLadder?:
    | { readonly abort?: Duration | undefined; readonly term?: Duration | undefined }
    | undefined
  /** How long `stop` lets running jobs go on. Default 30 s. */
  readonly grace?: Duration | undefined
  /** How much nicer the children are than the worker, 0 to 19. Default 5. */
  readonly niceness?: number | undefined
  /** Signals of this process that stop the worker: the first lets jobs finish, the second hurries. Default none. */
  readonly stopOn?: readonly NodeJS.Signals[] | undefined
  /** Shaped like pino. Default silent; then lines that handlers print go to stderr. */
  readonly logger?: Logger | undefined
  /** Put before the worker's id, to tell workers apart. */
  readonly name?: string | undefined
}

/** The same, checked and filled in. */
export interface WorkerSettings {
  readonly transport: Transport
  readonly handlers: { readonly address: string } | { readonly list: readonly Implementation[] }
  readonly required: readonly string[]
  readonly queues: readonly string[] | undefined
  readonly concurrency: number | undefined
  readonly isolation: Isolation
  readonly env: readonly string[]
  readonly recycle: { readonly jobs: number; readonly rss: number }
  readonly ladder: LadderTimes
  readonly graceMs: number
  readonly niceness: number
  readonly stopOn: readonly NodeJS.Signals[]
  readonly logger: Logger
  readonly hasLogger: boolean
  readonly name: string | undefined
}

const NAMES: readonly (keyof WorkerOptions)[] = [
  'transport',
  'handlers',
  'tasks',
  'queues',
  'concurrency',
  'isolation',
  'env',
  'recycle',
  'stopLadder',
  'grace',
  'niceness',
  'stopOn',
  'logger',
  'name',
]

/** @throws InvalidOptionError for an option or a value that cannot be; it names the nearest right one */
export function workerSettings(options: WorkerOptions): WorkerSettings {
  checkOptions('createWorker', options, NAMES)
  const { recycle = {}, stopLadder = {}, logger, queues, concurrency, name } = options
  checkOptions('recycle', recycle, ['jobs', 'rss'])
  checkOptions('stopLadder', stopLadder, ['abort', 'term'])
  const isolation = checkChoice('isolation', options.isolation ?? 'process', ['process', 'inline'])
  return {
    transport: checkTransport(options.transport),
    handlers: handlersOf(options.handlers, isolation),
    required: (options.tasks ?? []).map((task) => task.name),
    queues: queues === undefined ? undefined : checkQueues(queues),
    concurrency: concurrency === undefined ? undefined : whole('concurrency', concurrency, 1, 1024),
    isolation,
    env: [...(options.env ?? [])],
    recycle: {
      jobs: whole('recycle.jobs', recycle.jobs ?? 1000, 1, Number.MAX_SAFE_INTEGER),
      rss: parseBytes(recycle.rss ?? '512 MiB', 'recycle.rss'),
    },
    ladder: {
      abortMs: parseDuration(stopLadder.abort ?? '2s', 'stopLadder.abort'),
      termMs: parseDuration(stopLadder.term ?? '2s', 'stopLadder.term'),
    },
    graceMs: parseDuration(options.grace ?? '30s', 'grace'),
    niceness: whole('niceness', options.niceness ?? 5, 0, 19),
    stopOn: [...(options.stopOn ?? [])],
    logger: logger ?? silentLogger,
    hasLogger: logger !== undefined,
    name: name === undefined ? undefined : checkName('worker', name),
  }
}

function handlersOf(given: WorkerOptions['handlers'], isolation: Isolation): WorkerSettings['handlers'] {
  if (typeof given === 'string' || given instanceof URL) return { address: fileAddress(given) }
  const option = 'handlers'
  if (!Array.isArray(given)) {
    const cure = 'Give a file that exports them: `new URL("./handlers.ts", import.meta.url)`.'
    throw new InvalidOptionError({ option, problem: '`handlers` names no module.', cure })
  }
  if (isolation === 'inline') return { list: given }
  throw new InvalidOptionError({
    option,
    problem: '`handlers` is an array, and functions cannot be sent to a child process.',
    cure:
      'Export the array by default from a module of its own and give that: `new URL("./handlers.ts", import.meta.url)`; ' +
      'or set `isolation: "inline"` if the work is cheap.',
  })
}

function fileAddress(given: URL | string): string {
  const scheme = given instanceof URL ? given.protocol : '' // a path may hold colons
  if (scheme === '' || scheme === 'file:') return moduleAddress(given)
  const problem = `\`handlers\` is a ${scheme} URL.`
  throw new InvalidOptionError({ option: 'handlers', problem, cure: 'Give a file.' })
}

function checkQueues(queues: readonly string[]): readonly string[] {
  if (!Array.isArray(queues) || queues.length === 0) {
    const problem = '`queues` names no queue.'
    throw new InvalidOptionError({
      option: 'queues',
      problem,
      cure: 'Leave it out for those of the handlers, or name one.',
    })
  }
  return [...new Set(queues.map((queue) => checkName('queue', queue)))]
}

function whole(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  const problem = `\`${option}\` is ${String(value)}.`
  throw new InvalidOptionError({ option, problem, cure: `Give a whole number from ${least} to ${most}.` })
}
