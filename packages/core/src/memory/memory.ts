import type { Clock } from '../clock.ts'
import { InvalidOptionError } from '../error.ts'
import type { Bytes } from '../task/bytes.ts'
import { parseBytes } from '../task/bytes.ts'
import type { Duration } from '../task/duration.ts'
import { parseDuration } from '../task/duration.ts'
import { checkOptions } from '../task/option-names.ts'
import type { Transport } from '../transport/transport.ts'
import { MemoryBackend } from './memory-backend.ts'
import { MemoryTransport } from './memory-transport.ts'

/** Options of the memory transport. */
export interface MemorySettings {
  /** Default 30 s. */
  readonly lease?: Duration
  /** How long finished jobs and events are kept. Default 7 days. */
  readonly retention?: Duration
  /** Cap of one input, result or progress. Default 256 KiB. */
  readonly maxPayload?: Bytes
  /** For tests: `new FakeClock()` of `@hotline/core/testing`. Default: the system's. */
  readonly clock?: Clock
  /** Connects to a backend that exists in this process, as processes share a server. Then no other option is taken. */
  readonly backend?: MemoryBackend
}

/**
 * The transport that lives and dies with its process: the reference for all others, and the one for tests and demos.
 * @throws InvalidOptionError
 */
export function memory(settings: MemorySettings = {}): Transport {
  checkOptions('memory', settings, ['lease', 'retention', 'maxPayload', 'clock', 'backend'])
  const { backend, ...own } = settings
  if (backend === undefined) return new MemoryTransport(memoryBackend(own))
  if (Object.keys(own).length === 0) return new MemoryTransport(backend)
  const problem = `\`memory\` takes no ${Object.keys(own).join(', ')} together with \`backend\`.`
  throw new InvalidOptionError({
    option: 'backend',
    problem,
    cure: 'Give them to `memoryBackend`, which holds the jobs.',
  })
}

/** A backend that several memory transports of this process connect to. @throws InvalidOptionError */
export function memoryBackend(settings: Omit<MemorySettings, 'backend'> = {}): MemoryBackend {
  checkOptions('memoryBackend', settings, ['lease', 'retention', 'maxPayload', 'clock'])
  const { lease = '30s', retention = '7d', maxPayload = '256 KiB', clock } = settings
  return new MemoryBackend({
    leaseMs: parseDuration(lease, 'lease'),
    retentionMs: parseDuration(retention, 'retention'),
    maxPayloadBytes: parseBytes(maxPayload, 'maxPayload'),
    ...(clock === undefined ? {} : { clock }),
  })
}
