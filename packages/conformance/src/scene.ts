import assert from 'node:assert/strict'
import type {
  AppendOutcome,
  Holder,
  JobQuery,
  JobRecord,
  Lease,
  Refusal,
  Sighting,
  Transport,
  TransportLimits,
} from '@hotline/core'
import type { Backend } from './backend.ts'
import { DoomedProcess } from './doomed-process.ts'
import type { JobDraft } from './job-draft.ts'
import { jobOf } from './job-draft.ts'
import { within } from './patience.ts'
import { Reader } from './reader.ts'
import { TcpProxy } from './tcp-proxy.ts'

/** How clauses reach the backend: straight, or each transport through a proxy of its own. */
export type Link = 'straight' | 'proxied'

/** What a busy machine may add to any wait, in ms. No promise of a backend is as loose as this. */
const SLACK_MS = 3_000
/** Enough to mix up what is only in order by luck, little enough to keep the suite short. */
const LATENCY_MS = 2
/** What a second process may take to start on a busy machine. */
const START_LIMIT_MS = 20_000

/** What one clause works with: one empty backend, transports to it, and short words for what it does with them. */
export class Scene {
  readonly backend: Backend
  readonly limits: TransportLimits
  /** Within this, what needs no lapse of a lease has come, or will not come. */
  readonly soonMs: number
  /** Within this, a dead or stalled holder is replaced. */
  readonly replacedMs: number
  readonly #link: Link
  readonly #proxies = new Map<Transport, TcpProxy>()
  readonly #transports: Transport[] = []
  readonly #ending = new AbortController()
  readonly #holders: DoomedProcess[] = []
  #marks = 0

  constructor(backend: Backend, link: Link) {
    this.backend = backend
    this.#link = link
    this.limits = backend.connect().limits
    this.soonMs = SLACK_MS + 2 * this.limits.leaseMs
    this.replacedMs = SLACK_MS + 2 * this.limits.leaseMs
  }

  /** A new transport, as another process would have it, not opened. Closed when the clause is over. */
  async connect(): Promise<Transport> {
    const { address } = this.backend
    const isProxied = this.#link === 'proxied' && address !== undefined
    const proxy = isProxied ? new TcpProxy(address, { latencyMs: LATENCY_MS }) : undefined
    const transport = this.backend.connect(proxy === undefined ? {} : { address: await proxy.listen() })
    if (proxy !== undefined) this.#proxies.set(transport, proxy)
    this.#transports.push(transport)
    return transport
  }

  async open(): Promise<Transport> {
    const transport = await this.connect()
    await within('open()', this.soonMs, transport.open())
    return transport
  }

  /** The proxy in front of one transport. */
  proxyOf(transport: Transport): TcpProxy {
    const proxy = this.#proxies.get(transport)
    assert.ok(proxy, 'this transport has no proxy: the clause belongs to the proxied group')
    return proxy
  }

  /** Takes a transport's connection away, for good where there is no proxy to cut it. */
  async sever(transport: Transport): Promise<void> {
    const proxy = this.#proxies.get(transport)
    if (proxy === undefined) await transport.close()
    else proxy.cut()
  }

  /** Starts a second process that takes a job and keeps it. Killed when the clause is over. */
  startHolder(clockSkewMs = 0): DoomedProcess {
    const { holder } = this.backend
    assert.ok(holder, 'this backend has no holder: the clause belongs to the group of the second process')
    const doomed = new DoomedProcess({ holder, clockSkewMs, limitMs: START_LIMIT_MS + this.soonMs })
    this.#holders.push(doomed)
    return doomed
  }

  /** Enqueues one job, and insists that it is a new one. */
  async enqueue(transport: Transport, draft: JobDraft = {}): Promise<JobRecord> {
    const [outcome] = await transport.queue.enqueue([jobOf(draft, this.limits)])
    assert.ok(outcome, 'enqueue of one job yields one outcome')
    assert.equal(outcome.created, true, 'the job was there already')
    return outcome.record
  }

  /** Reserves, and gives up when the clause is over. */
  reserve(
    transport: Transport,
    queues: readonly string[] = ['numbers'],
    worker = 'w1',
  ): Promise<Lease | undefined> {
    return transport.queue.reserve(queues, { holder: holder(worker), signal: this.#ending.signal })
  }

  /** Reserves, and insists on a job. */
  async take(transport: Transport, queues: readonly string[] = ['numbers'], worker = 'w1'): Promise<Lease> {
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, this.#ending.signal])
    const reserved = transport.queue.reserve(queues, { holder: holder(worker), signal })
    try {
      return granted(await within(`a job of ${queues.join(', ')}`, this.replacedMs, reserved))
    } finally {
      stop.abort()
    }
  }

  /** Reserves one job and runs it to its end. */
  async run(transport: Transport, queues: readonly string[] = ['numbers']): Promise<JobRecord> {
    const lease = await this.take(transport, queues)
    const { jobId, attempt } = { jobId: lease.job.id, attempt: lease.job.attempt }
    return accepted(await lease.settle([{ type: 'job.succeeded', jobId, attempt, result: null, runMs: 1 }]))
  }

  /** Insists that a reservation yields this job next. What would have come before it is thereby proved to be absent. */
  async nextIs(
    transport: Transport,
    record: JobRecord,
    queues: readonly string[] = ['numbers'],
  ): Promise<Lease> {
    const lease = await this.take(transport, queues)
    assert.equal(lease.job.id, record.id, 'another job was delivered than the one that is next')
    return lease
  }

  async read(
    transport: Transport,
    from: 'start' | 'now' | (string & {}) = 'start',
    jobId?: string,
  ): Promise<Reader> {
    const facts = { from, limitMs: this.replacedMs, ...(jobId === undefined ? {} : { jobId }) }
    const reader = await within('a subscription', this.soonMs, Reader.open(transport, facts))
    this.#ending.signal.addEventListener('abort', () => void reader.close())
    return reader
  }

  /** Appends a notice that stands for "until here", and returns what it says. */
  async mark(transport: Transport): Promise<string> {
    this.#marks += 1
    const worker = `mark-${this.#marks}`
    await transport.log.note({ type: 'worker.offline', worker, released: 0 })
    return worker
  }

  /** Everything that is in the log now, from the beginning or from a cursor. */
  async history(
    transport: Transport,
    from: 'start' | (string & {}) = 'start',
    jobId?: string,
  ): Promise<Reader> {
    const reader = await this.read(transport, from, jobId)
    if (jobId === undefined) {
      const mark = await this.mark(transport)
      await reader.until('the mark at the end of the log', () => isMarked(reader, mark))
    } else {
      const seen = await this.sighting(transport, jobId)
      await reader.until(
        `event ${seen.record.seq} of the job`,
        () => reader.ofJob().at(-1)?.seq === seen.record.seq,
      )
    }
    await reader.close()
    return reader
  }

  /** Waits for what must come to its end soon. */
  ends<T>(awaited: string, promise: Promise<T>): Promise<T> {
    return within(awaited, this.soonMs, promise)
  }

  /** Waits for a reservation, and aborts it when it does not come to an end by itself. */
  async settles(
    awaited: string,
    reserved: Promise<Lease | undefined>,
    stop: AbortController,
  ): Promise<Lease | undefined> {
    const timer = setTimeout(() => stop.abort(), this.limits.leaseMs)
    try {
      return await this.ends(awaited, reserved)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'TRANSPORT') return undefined
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** All that a listing yields, in its order. */
  async list(transport: Transport, query: JobQuery = {}): Promise<readonly JobRecord[]> {
    const records: JobRecord[] = []
    for await (const { record } of transport.log.list(query)) records.push(record)
    return records
  }

  async sighting(transport: Transport, id: string): Promise<Sighting> {
    const seen = await transport.log.get(id)
    assert.ok(seen, `job ${id} is not there`)
    return seen
  }

  async record(transport: Transport, id: string): Promise<JobRecord> {
    return (await this.sighting(transport, id)).record
  }

  /** Ends every reservation and reader, closes every transport, removes the backend. */
  async close(): Promise<void> {
    this.#ending.abort()
    await Promise.all(this.#holders.map((doomed) => doomed.kill()))
    for (const proxy of this.#proxies.values()) proxy.heal()
    const closing = this.#transports.map((transport) => transport.close())
    await within('every transport to close', this.soonMs, Promise.all(closing))
    for (const proxy of this.#proxies.values()) await proxy.close()
    await this.backend.destroy()
  }
}

export function holder(worker: string): Holder {
  return { worker, slot: 0, pid: process.pid }
}

export function granted(lease: Lease | undefined): Lease {
  assert.ok(lease, 'reserve resolved with no lease although nobody aborted it')
  return lease
}

export function accepted(outcome: AppendOutcome): JobRecord {
  assert.ok(outcome.accepted, outcome.accepted ? '' : `refused: ${outcome.why}`)
  return outcome.record
}

export function refused(outcome: AppendOutcome, why: Refusal): void {
  assert.deepEqual(
    { accepted: outcome.accepted, why: outcome.accepted ? undefined : outcome.why },
    { accepted: false, why },
  )
}

function isMarked(reader: Reader, mark: string): boolean {
  return reader.ofType('worker.offline').some((event) => event.worker === mark)
}
