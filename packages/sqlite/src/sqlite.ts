import path from 'node:path'
import type { Bytes, Duration, Transport } from '@hotline/core'
import { checkOptions, InvalidOptionError, parseBytes, parseDuration } from '@hotline/core'
import { machineTime } from './file-clock.ts'
import { SqliteTransport } from './sqlite-transport.ts'

/** Options of {@link sqlite}. */
export interface SqliteSettings {
  /** The file with the jobs, made if it is missing; its folder must be there. On a disk of this machine. */
  readonly file: string
  /** Keeps applications apart: each namespace is a file of its own beside `file`. Default `default`, which is `file`. */
  readonly namespace?: string | undefined
  /** Default 30 s. The same in all processes of a file. */
  readonly lease?: Duration | undefined
  /** How long finished jobs and events are kept at most. Default 7 days. */
  readonly retention?: Duration | undefined
  /** Cap of one input, result or progress. Default 256 KiB. */
  readonly maxPayload?: Bytes | undefined
  /** How long a write waits for one that another process is at. Default 5 s; then it is refused with BackpressureError. */
  readonly lockTimeout?: Duration | undefined
}

/** The transport, with what only SQLite has. */
export interface SqliteBackend extends Transport {
  /** Where the jobs are, as an absolute path. */
  readonly file: string
  /** Deletes the file with all its jobs and events, and closes the transport; for tests and demos. @throws TransportError */
  wipe(): Promise<void>
}

const NAMES = ['file', 'namespace', 'lease', 'retention', 'maxPayload', 'lockTimeout'] as const
const NAMESPACE = /^[\w.-]{1,80}$/

/**
 * The transport on a file, by the SQLite that Node brings. Several processes of one machine may open it. Makes the file when
 * it is opened, which `createClient` and `createWorker` do.
 * @throws InvalidOptionError
 */
export function sqlite(settings: SqliteSettings): SqliteBackend {
  checkOptions('sqlite', settings, NAMES)
  const { lease = '30s', retention = '7d', maxPayload = '256 KiB', lockTimeout = '5s' } = settings
  const limits = {
    leaseMs: parseDuration(lease, 'lease'),
    retentionMs: parseDuration(retention, 'retention'),
    maxPayloadBytes: parseBytes(maxPayload, 'maxPayload'),
  }
  const file = fileOf(settings)
  return new SqliteTransport({
    ...{ file, limits, time: machineTime, lockTimeoutMs: parseDuration(lockTimeout, 'lockTimeout') },
    // The folder of another process may be another one.
    description: {
      ...{ module: import.meta.url, name: 'sqlite' },
      options: { ...settings, file: path.resolve(settings.file) },
    },
  })
}

/** n.b. SQLite would take a file name with `:` for a database in memory, and one in `file:` form for a URI. */
function fileOf({ file, namespace = 'default' }: SqliteSettings): string {
  if (typeof file !== 'string' || file.trim() === '' || /^(:|file:)|\0/.test(file)) {
    const problem = `${shown(file)} is no name for a file.`
    const cure = 'Give a path, such as `./hotline.db`; for jobs that need no file there is `memory()`.'
    throw new InvalidOptionError({ option: 'file', problem, cure })
  }
  if (namespace === 'default') return path.resolve(file)
  if (!NAMESPACE.test(namespace)) {
    const cure = 'Use 1 to 80 letters, digits and the signs _ . - only.'
    throw new InvalidOptionError({
      option: 'namespace',
      problem: `${shown(namespace)} is no namespace.`,
      cure,
    })
  }
  const { dir, name, ext } = path.parse(path.resolve(file))
  return path.join(dir, `${name}.${namespace}${ext}`)
}

function shown(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 60))
}
