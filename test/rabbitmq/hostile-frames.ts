/** What a stranger with write access might publish to the exchange of a namespace. */
import { randomUUID } from 'node:crypto'
import type { JobId } from '@hotline/core'
import { createJobId } from '@hotline/core'
import { TEXTS as COMMON_TEXTS, Forger } from '../bodies/forger.ts'

/** A message, and where it goes. */
export interface Frame {
  readonly routingKey: string
  readonly content: Buffer
}

const BYTES = [Buffer.from([0xff, 0xfe, 0x00]), Buffer.alloc(300_000, '['), Buffer.alloc(0)]
const TYPES = ['job.succeeded', 'job.failed', 'job.lost', 'job.retrying', 'job.progress', 'job.nothing']

/** So many frames, the same for a seed but for their ids. The victims wait, and must go on waiting. */
export function hostileFrames(victims: readonly JobId[], count: number): Frame[] {
  const forger = new Forger('hostile frames')
  const pick = forger.pick.bind(forger)
  const anyId = () => pick([...victims, createJobId(), randomUUID(), ''])
  const log = (text: string | Buffer): Frame => ({ routingKey: 'log', content: Buffer.from(text) })
  const entry = (offer: unknown) =>
    log(JSON.stringify({ v: 1, by: randomUUID(), n: 0, at: pick([0, Date.now(), 9e15]), offer }))
  const event = (type: string, jobId: string) => ({
    ...{ type, jobId, attempt: pick([0, 1, 2, 7]), task: 'act', queue: 'default', delayMs: 0, runMs: 1 },
    ...{ result: 'forged', code: 'HANDLER_ERROR', error: { name: 'E', message: 'forged' }, requeued: true },
  })
  const kinds: readonly (() => Frame)[] = [
    () => log(pick(COMMON_TEXTS)),
    () => log(pick(BYTES)),
    () => log(forger.success(pick(victims))),
    () => log(JSON.stringify({ v: pick([0, 2, 'x']), by: 'a', n: 1, at: 1, offer: {} })),
    () => log(JSON.stringify({ v: 1, by: pick(['a', 1]), n: pick([-1, 'x', 1.5]), at: 1, offer: {} })),
    // offers of all kinds that do not follow, or lack what they need
    () => entry(pick([null, [], {}, { kind: 'x' }, { kind: 'events', events: [] }])),
    () => entry({ kind: 'events', events: [event(pick(TYPES), anyId())] }),
    () => entry({ kind: 'events', events: [event('job.queued', createJobId())], input: 'no json' }),
    () => entry({ kind: 'events', events: [event('job.failed', pick(victims)), event('job.queued', 'x')] }),
    () => entry({ kind: 'pulse', leases: pick([[], [[pick(victims), 1]], [['x']], 'x', [[anyId(), -1]]]) }),
    () => entry({ kind: 'keep', record: pick([forger.record(createJobId()), ...COMMON_TEXTS]), input: '1' }),
    () => entry({ kind: 'beat', presence: pick([{}, null, { worker: 'w' }, 'x']) }),
    () => entry({ kind: 'silence', worker: pick(['w', '__proto__']), mark: pick([0, -1, 1]) }),
    () => entry({ kind: 'notice', notice: pick([{}, { type: 'job.failed' }, { type: 'worker.online' }]) }),
    () => entry({ kind: 'switch', queue: pick(['__proto__', 'x'.repeat(300)]), paused: pick([true, 'x']) }),
    // messages
    () => entry({ kind: 'say', message: pick([null, {}, 'x', { type: 'drain' }, { type: 'cancel' }]) }),
    () => entry({ kind: 'say', message: { type: 'cancel', jobId: anyId(), attempt: 1 } }),
  ]
  return Array.from({ length: count }, () => pick(kinds)())
}
