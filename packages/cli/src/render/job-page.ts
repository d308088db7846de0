import type { AttemptRecord, Evidence, JobHandle, JobRecord } from '@hotline/core'
import { formatBytes, formatDuration } from '@hotline/core'
import type { Tone } from './colour.ts'
import { counted } from './counted.ts'
import { errorLines } from './error-lines.ts'
import { inertLines, inertText } from './inert-text.ts'
import type { Page } from './page.ts'
import { receiptText } from './receipt.ts'
import { stateTone } from './state-tone.ts'
import { moment } from './time.ts'
import { usageParts } from './usage.ts'

/** What the page needs of a handle. */
export type JobView = Pick<JobHandle, 'id' | 'state' | 'evidence'>

const TONES: Readonly<Record<NonNullable<AttemptRecord['ended']> | 'running', Tone>> = {
  running: 'active',
  succeeded: 'good',
  failed: 'bad',
  lost: 'bad',
  released: 'warning',
  cancelled: 'stopped',
}

/** All that is known of one job: its state with the evidence for it, what is allowed, every attempt, and where it came from. */
export function jobPage(job: JobView, record: JobRecord, page: Page): string[] {
  const { paint } = page
  const title = `${paint('strong', job.id)}  ${inertText(record.task)}  ${paint(stateTone(job.state), job.state)}`
  const facts = factsOf(job, record, page).map(
    ([name, text]) => `  ${paint('quiet', name.padEnd(9))} ${inertText(text)}`,
  )
  const site = record.enqueueSite === undefined ? [] : ['', 'Enqueued', ...siteLines(record.enqueueSite)]
  return [
    title,
    ...facts,
    ...record.attempts.flatMap((attempt) => attemptLines(attempt, page)),
    ...lastError(record),
    ...site,
  ]
}

function factsOf(job: JobView, record: JobRecord, { now }: Page): (readonly [string, string])[] {
  const { finishedAt, progress, result, receipt, cancel, runAt } = record
  return [
    ['evidence', evidenceText(job.evidence, now)],
    ['queue', queueText(record)],
    ['queued', `${moment(record.queuedAt, now)}, ${formatBytes(record.bytes)}`],
    ...(runAt > now ? [['due', moment(runAt, now)] as const] : []),
    ...(record.expiresAt === undefined ? [] : [['expires', moment(record.expiresAt, now)] as const]),
    ...(finishedAt === undefined ? [] : [['finished', moment(finishedAt, now)] as const]),
    ['allowed', allowedText(record)],
    ...(progress === undefined ? [] : [['progress', JSON.stringify(progress)] as const]),
    ...(result === undefined ? [] : [['result', JSON.stringify(result)] as const]),
    ...(cancel === undefined ? [] : [['stop', `asked for ${moment(cancel.at, now)}`] as const]),
    ...(receipt === undefined ? [] : [['receipt', receiptText(receipt)] as const]),
  ]
}

function evidenceText(
  { source, observedAt, seq, trustedUntil, worker, slot, pid }: Evidence,
  now: number,
): string {
  const holder = worker === undefined ? '' : `, last held by ${worker}/${slot} pid ${pid}`
  const until =
    trustedUntil === 'forever'
      ? 'holds for ever'
      : trustedUntil > observedAt
        ? `holds until ${moment(trustedUntil, now)}`
        : 'may change at any moment'
  return `${source}, ${counted(seq, 'event')}, seen ${moment(observedAt, now)}, ${until}${holder}`
}

function queueText({ queue, priority, key, tags }: JobRecord): string {
  const parts = [queue, `priority ${priority}`]
  if (key !== undefined) parts.push(`key ${key}`)
  if (tags.length > 0) parts.push(`tags ${tags.join(' ')}`)
  return parts.join(', ')
}

function allowedText({ limits, failures, crashes }: JobRecord): string {
  const { attempts, crashLimit, timeoutMs, memoryBytes } = limits
  return [
    `${counted(attempts, 'attempt')} (${failures} failed)`,
    `${counted(crashLimit, 'crash', 'crashes')} (${crashes} happened)`,
    ...(timeoutMs === undefined ? [] : [`${formatDuration(timeoutMs)} each`]),
    ...(memoryBytes === undefined ? [] : [formatBytes(memoryBytes)]),
  ].join(', ')
}

function attemptLines(attempt: AttemptRecord, { paint, now }: Page): string[] {
  const { ended, code, worker, slot, pid, error } = attempt
  const outcome = paint(TONES[ended ?? 'running'], ended ?? 'running')
  const title = `${paint('strong', `Attempt ${attempt.attempt}`)}  ${outcome}${code === undefined ? '' : `  ${code}`}`
  const holder = inertText(`  by ${worker}/${slot} pid ${pid}, waited ${formatDuration(attempt.waitMs)}`)
  const parts = [`started ${moment(attempt.startedAt, now)}`, ...usageParts(attempt), ...exitParts(attempt)]
  return [
    '',
    title,
    holder,
    `  ${parts.join(', ')}`,
    ...(error === undefined ? [] : errorLines(error).map(indent)),
  ]
}

function exitParts({ exitCode, signal, fenced }: AttemptRecord): string[] {
  return [
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(signal === undefined ? [] : [inertText(signal)]),
    ...(fenced === true ? ['a late outcome was refused'] : []),
  ]
}

/** The error of a job that says more than its last attempt does, as `JOB_POISONED` does. */
function lastError({ error, code, attempts }: JobRecord): string[] {
  if (error === undefined || code === undefined || attempts.at(-1)?.code === code) return []
  return ['', `Error  ${code}`, ...errorLines(error).map(indent)]
}

function siteLines(site: string): string[] {
  return inertLines(site).map((line) => `    ${line.trim()}`)
}

function indent(line: string): string {
  return `  ${line}`
}
