import type { HotlineEvent } from '../events/event.ts'
import type { JobEvent } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'

/** How an attempt left its slot; `running` = not yet, `fenced` = another one took its place. */
export type BarEnd =
  | 'succeeded'
  | 'retrying'
  | 'failed'
  | 'cancelled'
  | 'lost'
  | 'released'
  | 'fenced'
  | 'running'

/** One attempt in a slot, as a picture shows it. Times in ms since 1970. */
export interface Bar {
  readonly worker: string
  readonly slot: number
  readonly jobId: JobId
  readonly task: string
  readonly attempt: number
  readonly from: number
  readonly to: number
  readonly ended: BarEnd
}

/** How many attempts were under way from a time on, in ms since 1970. */
export interface RunningStep {
  readonly at: number
  readonly running: number
}

type OpenBar = Omit<Bar, 'to' | 'ended'>

const ENDS: { readonly [type: string]: BarEnd } = {
  'job.succeeded': 'succeeded',
  'job.retrying': 'retrying',
  'job.failed': 'failed',
  'job.cancelled': 'cancelled',
  'job.lost': 'lost',
  'job.released': 'released',
}
const DEFAULT_MOST = 20_000

/** Who had which job when: a fold of the events of a log. Keeps the latest bars only, so that any log fits. */
export class SlotTimeline {
  /** Where the picture begins, in ms since 1970; 0 for a log from its start. */
  readonly since: number
  readonly #most: number
  readonly #open = new Map<JobId, OpenBar>()
  #bars: Bar[] = []
  #steps: RunningStep[] = []
  #dropped = 0
  #now = 0

  /** `since` = what ended before is left out, in ms since 1970; `most` bars are kept, by default 20,000. */
  constructor({ since = 0, most = DEFAULT_MOST }: { since?: number | undefined; most?: number } = {}) {
    this.since = since
    this.#most = most
  }

  /** Bars that gave way to later ones. */
  get dropped(): number {
    return this.#dropped
  }

  /** When the latest event came, in ms since 1970. */
  get now(): number {
    return this.#now
  }

  add(event: HotlineEvent): void {
    this.#now = Math.max(this.#now, event.at)
    if (!('jobId' in event)) return
    if (event.type === 'job.started') this.#start(event)
    else if (event.type in ENDS) this.#end(event.jobId, event.at, ENDS[event.type] ?? 'running')
  }

  /** In the order of their ends; those that go on come last. */
  bars(): readonly Bar[] {
    const open = [...this.#open.values()].map((bar): Bar => ({ ...bar, to: this.#now, ended: 'running' }))
    return [...this.#bars.slice(-this.#most), ...open]
  }

  /** Each change of how many are under way, in the order of the log: times alone may be a ms apart from it. */
  steps(): readonly RunningStep[] {
    return this.#steps.slice(-2 * this.#most)
  }

  #start({ jobId, worker, slot, task, attempt, at }: JobEvent<'job.started'>): void {
    this.#end(jobId, at, 'fenced')
    this.#open.set(jobId, { worker, slot, jobId, task, attempt, from: at })
    this.#step(at)
  }

  #end(jobId: JobId, at: number, ended: BarEnd): void {
    const open = this.#open.get(jobId)
    this.#open.delete(jobId)
    if (open === undefined) return
    this.#step(at)
    if (at < this.since) return
    this.#bars.push({ ...open, to: at, ended })
    if (this.#bars.length < 2 * this.#most) return
    this.#dropped += this.#bars.length - this.#most
    this.#bars = this.#bars.slice(-this.#most)
  }

  #step(at: number): void {
    this.#steps.push({ at: Math.max(at, this.since), running: this.#open.size })
    if (this.#steps.length >= 4 * this.#most) this.#steps = this.#steps.slice(-2 * this.#most)
  }
}
