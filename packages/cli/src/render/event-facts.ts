import type { ErrorDocument, HotlineEvent } from '@hotline/core'
import { formatBytes, formatDuration } from '@hotline/core'
import { counted } from './counted.ts'
import { receiptText } from './receipt.ts'
import { usageParts } from './usage.ts'

type JobPart = Extract<HotlineEvent, { readonly jobId: string }>
type NoticePart = Exclude<HotlineEvent, JobPart>

/** What an event says beyond its type, time and job, most telling first. Not yet inert: print it through `inertText`. */
export function eventFacts(event: HotlineEvent): string {
  return ('jobId' in event ? jobFacts(event) : noticeFacts(event)).filter((part) => part !== '').join(' · ')
}

function jobFacts(event: JobPart): string[] {
  switch (event.type) {
    case 'job.queued':
      return queuedFacts(event)
    case 'job.started':
      return [holder(event), `pid ${event.pid}`, `waited ${formatDuration(event.waitMs)}`]
    case 'job.progress':
      return [JSON.stringify(event.progress), dropped(event.dropped)]
    case 'job.logged':
      return [event.lines.join(' | '), dropped(event.dropped)]
    case 'job.succeeded':
      return usageParts(event)
    case 'job.failed':
      return [errorText(event), ...usageParts(event)]
    case 'job.retrying':
      return [errorText(event), `again in ${formatDuration(event.retryAt - event.at)}`, ...usageParts(event)]
    case 'job.lost':
      return lostFacts(event)
    default:
      return otherFacts(event)
  }
}

function otherFacts(event: JobPart): string[] {
  switch (event.type) {
    case 'job.cancelling':
      return [event.reason ?? '']
    case 'job.cancelled':
      return [receiptText(event.receipt)]
    case 'job.released':
      return [`given back: ${event.reason}`, later(event.runAt, event.at)]
    case 'job.expired':
      return ['nobody started it before its time was up']
    case 'attempt.fenced':
      return [`a late ${event.refused} was refused: ${event.why}`]
    default:
      return []
  }
}

function queuedFacts(event: Extract<JobPart, { readonly type: 'job.queued' }>): string[] {
  return [
    `queue ${event.queue}`,
    later(event.runAt, event.at),
    event.priority === 'normal' ? '' : event.priority,
    event.key === undefined ? '' : `key ${event.key}`,
    event.tags.join(' '),
    formatBytes(event.bytes),
  ]
}

function lostFacts(event: Extract<JobPart, { readonly type: 'job.lost' }>): string[] {
  return [
    errorText(event),
    event.requeued ? 'queued again' : '',
    event.signal ?? (event.exitCode === undefined ? '' : `exit code ${event.exitCode}`),
    ...usageParts(event),
  ]
}

function noticeFacts(event: NoticePart): string[] {
  switch (event.type) {
    case 'worker.online':
      return [
        event.worker,
        `limit ${event.arithmetic}`,
        event.isolation,
        `queues ${event.queues.join(' ')}`,
        `tasks ${event.tasks.join(' ')}`,
        `${event.host} pid ${event.pid}`,
      ]
    case 'worker.offline':
      return [event.worker, event.released === 0 ? 'held nothing' : `gave back ${event.released}`]
    case 'worker.lost':
      return [event.worker, `silent for ${formatDuration(event.at - event.lastSeen)}`]
    case 'slot.recycled':
      return [holder(event), event.reason, `after ${counted(event.jobsRun, 'job')}`, rssChange(event)]
    case 'queue.paused':
    case 'queue.resumed':
      return [event.queue]
    case 'stream.gap':
      return ['events were missed here: the log no longer has them; look at states anew']
  }
}

function holder({ worker, slot }: { readonly worker: string; readonly slot: number }): string {
  return `${worker}/${slot}`
}

/** The first line of an error, after its code. */
function errorText({ code, error }: { readonly code: string; readonly error: ErrorDocument }): string {
  return `${code} ${error.name}: ${error.message.split('\n', 1)[0] ?? ''}`
}

function dropped(count: number): string {
  return count === 0 ? '' : `${count} more left out`
}

function later(runAt: number, at: number): string {
  return runAt > at ? `due in ${formatDuration(runAt - at)}` : ''
}

function rssChange(event: Extract<NoticePart, { readonly type: 'slot.recycled' }>): string {
  const { rssBefore, rssAfter } = event
  if (rssBefore === undefined) return ''
  return `rss ${formatBytes(rssBefore)}${rssAfter === undefined ? '' : ` to ${formatBytes(rssAfter)}`}`
}
