import type { ProcessSample, ProcessUsage } from './process-usage.ts'
import { processUsage } from './process-usage.ts'

/** How often processes are looked at whose job has no memory limit: for evidence and heartbeats. */
const UNLIMITED_EVERY_MS = 250

/** What the guard saw of one attempt. */
export interface MemoryWatch {
  readonly pid: number
  readonly limit: number | undefined
  /** The latest resident memory in bytes. */
  readonly lastRss: number | undefined
  /** The most, by the kernel's own count where it keeps one. */
  readonly peakRss: number | undefined
  /** CPU time of the attempt so far. */
  readonly cpuMs: number | undefined
  readonly isOver: boolean
  /** Takes the last measurement, and stops. */
  end(): void
}

/**
 * Watches the resident memory of processes from outside: a heap limit covers neither buffers nor WebAssembly. A
 * process above the limit of its job is reported at once, to be killed. One timer serves all.
 */
export class MemoryGuard {
  readonly #usage: ProcessUsage
  readonly #watches = new Set<Watch>()
  #timer: NodeJS.Timeout | undefined
  #isSampling = false
  #sampledAt = 0

  constructor(usage: ProcessUsage = processUsage) {
    this.#usage = usage
  }

  /** Begins with an attempt in the process. `onOver` is called once, when it takes more than `limit` bytes. */
  watch(pid: number, limit: number | undefined, onOver: () => void): MemoryWatch {
    const watch = new Watch(this.#usage, { pid, limit, onOver, onEnd: () => this.#watches.delete(watch) })
    this.#watches.add(watch)
    this.#timer ??= setInterval(() => void this.#tick(), this.#usage.everyMs)
    return watch
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#watches.clear()
  }

  async #tick(): Promise<void> {
    if (this.#watches.size === 0) return this.stop()
    const isFullRound = performance.now() - this.#sampledAt >= UNLIMITED_EVERY_MS
    const due = [...this.#watches].filter((watch) => isFullRound || watch.limit !== undefined)
    if (due.length === 0 || this.#isSampling) return
    if (isFullRound) this.#sampledAt = performance.now()
    this.#isSampling = true
    // A system that is out of processes may fail to tell; the next tick asks again.
    const samples = await this.#usage.sample(due.map((watch) => watch.pid)).catch(() => undefined)
    this.#isSampling = false
    for (const watch of due) watch.take(samples?.get(watch.pid))
  }
}

interface WatchFacts {
  readonly pid: number
  readonly limit: number | undefined
  readonly onOver: () => void
  readonly onEnd: () => void
}

class Watch implements MemoryWatch {
  readonly pid: number
  readonly limit: number | undefined
  readonly #usage: ProcessUsage
  readonly #facts: WatchFacts
  readonly #hasKernelPeak: boolean
  #cpuAtStart: number | undefined
  #last: ProcessSample | undefined
  #peak = 0
  #isOver = false
  #isEnded = false

  constructor(usage: ProcessUsage, facts: WatchFacts) {
    this.pid = facts.pid
    this.limit = facts.limit
    this.#usage = usage
    this.#facts = facts
    this.#hasKernelPeak = usage.resetPeak(facts.pid)
    this.take(usage.sampleNow(facts.pid))
  }

  get lastRss(): number | undefined {
    return this.#last?.rss
  }

  get peakRss(): number | undefined {
    return this.#peak === 0 ? undefined : this.#peak
  }

  get cpuMs(): number | undefined {
    return this.#last === undefined ? undefined : this.#last.cpuMs - (this.#cpuAtStart ?? 0)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  take(sample: ProcessSample | undefined): void {
    // A process that has just ended has no memory left to tell of.
    if (sample === undefined || sample.rss === 0 || this.#isEnded) return
    this.#last = sample
    this.#cpuAtStart ??= sample.cpuMs
    this.#peak = Math.max(this.#peak, sample.rss)
    if (this.limit === undefined || sample.rss <= this.limit || this.#isOver) return
    this.#isOver = true
    this.#facts.onOver()
  }

  end(): void {
    if (this.#hasKernelPeak) this.#peak = Math.max(this.#peak, this.#usage.peakRss(this.pid) ?? 0)
    this.#isEnded = true
    this.#facts.onEnd()
  }
}
