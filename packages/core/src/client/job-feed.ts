/**
 * The events of one job for the listeners of its handle: every one after the state that the handle showed when the
 * first listener came, in order, none twice. The client's feed brings what is new; what happened before it was
 * attached is read from the log, and so is what a gap in the feed took away.
 *
 *   catching up: events of the feed wait, the log is read up to the present
 *   following:   events of the feed are delivered as they come; a gap leads back to catching up
 *
 * While the backend is out of reach, catching up is tried again, so that no listener stays deaf after an outage.
 */
import type { HotlineEvent } from '../events/event.ts'
import type { JobEvent } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { JobHome } from './job-home.ts'
import { RetryPause } from './retry-pause.ts'

type LoggedJobEvent = HotlineEvent & JobEvent

export class JobFeed {
  readonly #id: JobId
  readonly #home: JobHome
  readonly #deliver: (event: LoggedJobEvent) => void
  readonly #stop = new AbortController()
  #lastSeq: number
  /** While catching up: what the feed brought meanwhile. */
  #waiting: LoggedJobEvent[] | undefined
  #unwatch: (() => void) | undefined

  constructor(id: JobId, home: JobHome, facts: { since: number; deliver: (event: LoggedJobEvent) => void }) {
    this.#id = id
    this.#home = home
    this.#lastSeq = facts.since
    this.#deliver = facts.deliver
  }

  /** Begins. Never rejects. */
  async start(): Promise<void> {
    this.#waiting = []
    await this.#persist(async () => {
      this.#unwatch ??= await this.#home.watch(this.#id, (event) => this.#take(event))
      if (this.#stop.signal.aborted) this.#unwatch()
      await this.#catchUp()
    })
  }

  stop(): void {
    this.#stop.abort()
    this.#unwatch?.()
  }

  #take(event: HotlineEvent): void {
    if (event.type === 'stream.gap') {
      if (this.#waiting !== undefined) return
      this.#waiting = []
      void this.#persist(() => this.#catchUp())
    } else if ('jobId' in event) {
      if (this.#waiting === undefined) this.#pass(event)
      else this.#waiting.push(event)
    }
  }

  /** Tries until it works, nobody listens any more, or the client closes. Of an outage the client's feed tells. */
  async #persist(step: () => Promise<void>): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.#home.closed])
    const retry = new RetryPause(signal)
    while (!signal.aborted) {
      try {
        await step()
        return
      } catch {
        await retry.wait()
      }
    }
  }

  async #catchUp(): Promise<void> {
    const { signal } = this.#stop
    const present = (await this.#home.look(this.#id))?.record.seq ?? 0
    if (present > this.#lastSeq) {
      for await (const event of await this.#home.subscribe({ from: 'start', jobId: this.#id, signal })) {
        if ('jobId' in event) this.#pass(event)
        if (this.#lastSeq >= present) break
      }
    }
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const event of waiting) this.#pass(event)
  }

  #pass(event: LoggedJobEvent): void {
    if (event.seq <= this.#lastSeq || this.#stop.signal.aborted) return
    this.#lastSeq = event.seq
    this.#deliver(event)
  }
}
