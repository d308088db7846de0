import type { JobLog, JobRecord, JsonValue, ProposedEvent } from '@hotline/core'
import { LogBatch } from './log-batch.ts'
import { ProgressThrottle } from './progress-throttle.ts'
import type { Reports } from './runner.ts'

/** Turns what a handler reports into events of its job, at a rate that a log can bear. */
export class AttemptReports implements Reports {
  readonly #log: JobLog
  readonly #job: JobRecord
  #progress: ProgressThrottle<JsonValue> | undefined
  #lines: LogBatch | undefined

  constructor(log: JobLog, job: JobRecord) {
    this.#log = log
    this.#job = job
  }

  progress(value: JsonValue, dropped: number): void {
    this.#progress ??= new ProgressThrottle((progress, omitted) => {
      return this.#append({ type: 'job.progress', ...this.#head(), progress, dropped: omitted })
    })
    this.#progress.report(value, dropped)
  }

  log(lines: readonly string[], dropped: number): void {
    this.#lines ??= new LogBatch((batch, omitted) => {
      return this.#append({ type: 'job.logged', ...this.#head(), lines: batch, dropped: omitted })
    })
    this.#lines.add(lines, dropped)
  }

  /** What is still to be said, if anything: it belongs before the outcome. */
  flush(): Promise<unknown> | undefined {
    if (this.#progress === undefined && this.#lines === undefined) return undefined
    return Promise.all([this.#progress?.flush(), this.#lines?.flush()])
  }

  #head(): { readonly jobId: string; readonly attempt: number } {
    return { jobId: this.#job.id, attempt: this.#job.attempt }
  }

  /** A report is not worth an error: while the backend is out of reach it is dropped, and counted. */
  async #append(event: ProposedEvent): Promise<boolean> {
    try {
      const outcome = await this.#log.append([event])
      return outcome.accepted
    } catch {
      return false
    }
  }
}
