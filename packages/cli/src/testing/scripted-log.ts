/** A log as it might be, written by hand, for what a screen shows of it. */
import type { HotlineEvent, JobId, Observation, SlotPresence, WorkerPresence } from '@hotline/core'

/** When the log begins, in ms since 1970. */
export const START = Date.UTC(2031, 4, 4, 12, 0, 0)

const LIMITS = {
  ...{ attempts: 3, crashLimit: 3, retentionMs: 1e9 },
  backoff: { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
}

type Body = { readonly type: string } & Readonly<Record<string, unknown>>

/** Collects observations. Times are in seconds after {@link START}; a job is named by one digit. */
export class ScriptedLog {
  readonly seen: Observation[] = [{ v: 1, type: 'recording.started', at: START, backend: 'redis' }]
  readonly #seqs = new Map<string, number>()
  readonly #tasks = new Map<string, { readonly task: string; readonly queue: string }>()
  #cursor = 0

  online(worker: string, limit: number): this {
    return this.#note({
      ...{ type: 'worker.online', worker, limit, host: 'box', pid: 7, isolation: 'process', arithmetic: '' },
      ...{ queues: ['media'], tasks: ['render'] },
    })
  }

  beat(at: number, ...workers: readonly WorkerPresence[]): this {
    this.seen.push({ v: 1, type: 'workers.seen', at: START + at * 1000, workers, paused: [] })
    return this
  }

  queued(name: string, at: number, task: string, queue = 'media', facts: object = {}): this {
    this.#tasks.set(name, { task, queue })
    return this.job(name, at, 0, {
      ...{ type: 'job.queued', bytes: 2, digest: '', priority: 'normal', runAt: START + at * 1000 },
      ...{ limits: LIMITS, tags: [], ...facts },
    })
  }

  started(name: string, at: number, worker: string, slot: number, attempt = 1): this {
    return this.job(name, at, attempt, { type: 'job.started', worker, slot, pid: 40 + slot, waitMs: 0 })
  }

  progress(name: string, at: number, progress: unknown, attempt = 1): this {
    return this.job(name, at, attempt, { type: 'job.progress', progress, dropped: 0 })
  }

  job(name: string, at: number, attempt: number, body: Body): this {
    const seq = (this.#seqs.get(name) ?? 0) + 1
    this.#seqs.set(name, seq)
    const { task = '', queue = '' } = this.#tasks.get(name) ?? {}
    return this.#push({ v: 1, seq, at: START + at * 1000, jobId: idOf(name), task, queue, attempt, ...body })
  }

  #note(body: Body): this {
    return this.#push({ v: 1, at: START, ...body })
  }

  #push(event: object): this {
    this.#cursor += 1
    const line = JSON.stringify({ ...event, cursor: String(this.#cursor) })
    const parsed: HotlineEvent = JSON.parse(line)
    this.seen.push(parsed)
    return this
  }
}

export function idOf(name: string): JobId {
  return `01eec93d-5800-7000-8000-0000${name.repeat(8)}`
}

export function presenceOf(worker: string, limit: number, slots: readonly SlotPresence[]): WorkerPresence {
  const held = slots.filter(({ job }) => job !== undefined).length
  return {
    ...{ worker, host: 'box', pid: 7, queues: ['media'], tasks: ['render'], startedAt: START, seenAt: START },
    ...{ everyMs: 2000, state: 'running', limit, held, running: held, supervisorRss: 60_000_000, slots },
  }
}

/** A bit of everything: two workers, jobs in each state, an error of three attempts, a receipt. */
export function usualLog(): ScriptedLog {
  const error = {
    ...{ name: 'RangeError', message: 'row 17 has no customer' },
    stack: 'RangeError: row 17 has no customer\n    at load (file:///app/orders.ts:12:9)',
    cause: { name: 'TypeError', message: 'customer is null' },
  }
  const used = { runMs: 800, cpuMs: 700, peakRss: 90_000_000 }
  const log = new ScriptedLog()
  log.online('render-box-1', 2).online('batch-box-2', 1)
  for (const [name, at] of [...'1234'].entries()) log.queued(String(name + 1), Number(at), 'render-video')
  log
    .queued('5', 5, 'import-orders', 'imports', { tags: ['tenant:7'] })
    .queued('6', 6, 'train-model', 'models')
  log.started('1', 7, 'render-box-1', 0).started('2', 8, 'render-box-1', 1).started('5', 9, 'batch-box-2', 0)
  log.job('5', 10, 1, {
    type: 'job.retrying',
    code: 'HANDLER_ERROR',
    error,
    retryAt: START + 11_000,
    ...used,
  })
  log.started('5', 11, 'batch-box-2', 0, 2)
  log.job('5', 12, 2, { type: 'job.failed', code: 'HANDLER_ERROR', error, ...used })
  log.started('3', 12, 'batch-box-2', 0)
  log.job('3', 13, 1, { type: 'job.succeeded', result: { frames: 96 }, ...used })
  log.started('6', 13, 'batch-box-2', 0).progress('6', 20, { percent: 71.9 })
  log.progress('1', 21, { done: 3, total: 4 }).progress('2', 21, 'reading')
  const receipt = { means: 'SIGTERM', tookMs: 2100, worker: 'batch-box-2', slot: 0, pid: 40 }
  log.job('6', 24, 1, { type: 'job.cancelling', reason: 'wrong data' })
  log.job('6', 26, 1, { type: 'job.cancelled', receipt })
  const job = (name: string) => ({ id: idOf(name), task: 'render-video', attempt: 1, since: START })
  log.beat(
    27,
    presenceOf('render-box-1', 2, [
      { slot: 0, pid: 40, job: job('1'), rss: 222_000_000, cpu: 0.99 },
      { slot: 1, pid: 41, job: job('2'), rss: 97_000_000, cpu: 0.5 },
    ]),
    presenceOf('batch-box-2', 1, [{ slot: 0, pid: 40 }]),
  )
  return log
}
