import type { Proof } from '@hotline/core'
import { inertText } from '../render/inert-text.ts'
import type { Page } from '../render/page.ts'
import { table } from '../render/table.ts'
import { cutText } from '../render/text-width.ts'
import type { EndedTrial } from './demo-run.ts'
import { isAsExpected } from './demo-run.ts'

/** What there is to say when all is over. */
export interface DemoOutcome {
  readonly tiles: number
  readonly trials: readonly EndedTrial[]
  readonly proof: Proof
}

/** What became of each kind of job, with its errors. */
export function outcomeLines({ tiles, trials }: DemoOutcome, page: Page): string[] {
  const rows = [
    {
      name: `render-tile × ${tiles}`,
      story: 'computes a part of the poster',
      state: 'succeeded',
      attempts: '1 each',
    },
    ...trials.map(({ trial, job }) => ({
      name: trial.task.name,
      story: trial.story,
      state: job.state,
      attempts: String(job.attempts.length),
    })),
  ]
  const [head = '', first = '', ...lines] = table(
    [
      { title: 'job', text: (row) => row.name },
      { title: 'what it does', text: (row) => row.story },
      { title: 'ended', text: (row) => row.state, tone: (row) => TONES[row.state] ?? 'plain' },
      { title: 'attempts', text: (row) => row.attempts, isNumber: true },
    ],
    rows,
    page,
  )
  const details = trials.map((ended) => {
    const text = cutText(`    ${inertText(errorText(ended))}`, page.width)
    return isAsExpected(ended) ? page.paint('quiet', text) : page.paint('bad', `${text}  (unexpected)`)
  })
  return [head, first, ...lines.flatMap((line, index) => [line, details[index] ?? ''])]
}

const TONES = { succeeded: 'good', failed: 'bad', cancelled: 'stopped', expired: 'warning' } as {
  readonly [state: string]: 'good' | 'bad' | 'stopped' | 'warning'
}

/** Codes of all attempts, what the job ended with, and the words of the last error. */
export function errorText({ job, receipt }: EndedTrial): string {
  if (receipt !== undefined) {
    const how =
      receipt.means === 'before-start' ? 'it never ran' : `${receipt.means} after ${receipt.tookMs} ms`
    return `${job.error?.code ?? job.state}: ${how}`
  }
  if (job.state === 'expired') return `${job.error?.code}: nobody started it in time`
  const errors = job.attempts.flatMap(({ error }) => error ?? [])
  const codes = [...errors, ...(job.error === undefined ? [] : [job.error])].map((error) => error.code)
  const last = errors.at(-1) ?? job.error
  const words = last?.cause instanceof Error ? last.cause.message : (last?.message ?? '')
  return `${[...new Set(codes)].join(', then ')}: ${words}`
}
