import type { JobId, JobRecord, Priority } from '@hotline/core'
import type { FoldedJob } from './folded-job.ts'
import { Heap } from './heap.ts'

/** A job that waits, as of when it got in line. Stale when its job has moved on. */
interface Ticket {
  readonly id: JobId
  readonly runAt: number
  /** Of the job's first entry: who came first, within one ms. */
  readonly offset: number
  readonly attempt: number
}

const LEVELS: readonly Priority[] = ['high', 'normal', 'low']

/** Which job comes next: by priority, then by the time since which it may start, then by its place in the log. */
export class ReadyLines {
  readonly #lines = new Map<string, Heap<Ticket>>()
  readonly #find: (id: JobId) => FoldedJob | undefined
  /** Under way: somebody in this process asks for them at the moment. */
  readonly #taken = new Set<JobId>()

  constructor(find: (id: JobId) => FoldedJob | undefined) {
    this.#find = find
  }

  /** Gets in line, if it waits. */
  add({ record, offset }: FoldedJob): void {
    if (!isWaiting(record)) return
    const { id, runAt, attempt } = record
    this.#lineOf(record.queue, record.priority).push({ id, runAt, offset, attempt })
  }

  /** Takes the first that may start at `now`. Give it back if it was not started, and is still waiting. */
  take(queues: readonly string[], now: number): FoldedJob | undefined {
    for (const level of LEVELS) {
      const first = this.#first(
        queues.map((queue) => this.#lineOf(queue, level)),
        now,
      )
      if (first === undefined) continue
      first.line.pop()
      this.#taken.add(first.job.record.id)
      return first.job
    }
    return undefined
  }

  /** What was taken is dealt with; it gets in line again if it still waits. */
  done(id: JobId): void {
    this.#taken.delete(id)
    const job = this.#find(id)
    if (job !== undefined) this.add(job)
  }

  /** When the next job that waits for its time may start. */
  nextAt(queues: readonly string[], now: number): number | undefined {
    const heads = queues.flatMap((queue) => LEVELS.map((level) => this.#head(this.#lineOf(queue, level))))
    const times = heads.flatMap((head) => (head !== undefined && head.runAt > now ? [head.runAt] : []))
    return times.length === 0 ? undefined : Math.min(...times)
  }

  #first(
    lines: readonly Heap<Ticket>[],
    now: number,
  ): { readonly line: Heap<Ticket>; readonly job: FoldedJob } | undefined {
    let best: { line: Heap<Ticket>; ticket: Ticket } | undefined
    for (const line of lines) {
      const ticket = this.#head(line, now)
      if (ticket === undefined || ticket.runAt > now) continue
      if (best === undefined || isBefore(ticket, best.ticket)) best = { line, ticket }
    }
    const job = best === undefined ? undefined : this.#find(best.ticket.id)
    return best === undefined || job === undefined ? undefined : { line: best.line, job }
  }

  /** Drops what is stale on the way, and what is too old to start at `now`. */
  #head(line: Heap<Ticket>, now = 0): Ticket | undefined {
    for (let ticket = line.top; ticket !== undefined; ticket = line.top) {
      if (!this.#isStale(ticket, now)) return ticket
      line.pop()
    }
    return undefined
  }

  #isStale({ id, attempt, runAt }: Ticket, now: number): boolean {
    const record = this.#find(id)?.record
    if (record === undefined || !isWaiting(record) || this.#taken.has(id)) return true
    if (record.attempt !== attempt || record.runAt !== runAt) return true
    return attempt === 0 && record.expiresAt !== undefined && record.expiresAt <= now
  }

  #lineOf(queue: string, level: Priority): Heap<Ticket> {
    const name = `${level}:${queue}`
    const known = this.#lines.get(name)
    if (known !== undefined) return known
    const line = new Heap<Ticket>(isBefore)
    this.#lines.set(name, line)
    return line
  }
}

function isWaiting({ state }: JobRecord): boolean {
  return state === 'queued' || state === 'scheduled' || state === 'retrying'
}

function isBefore(one: Ticket, other: Ticket): boolean {
  return one.runAt < other.runAt || (one.runAt === other.runAt && one.offset < other.offset)
}
