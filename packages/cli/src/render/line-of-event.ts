import type { EventType, HotlineEvent } from '@hotline/core'
import type { Tone } from './colour.ts'
import { eventFacts } from './event-facts.ts'
import { inertText } from './inert-text.ts'
import type { Page } from './page.ts'
import { shortId } from './short-id.ts'
import { cutText, padText, textWidth } from './text-width.ts'
import { timeOfDay } from './time.ts'

const TYPE_WIDTH = 'attempt.fenced'.length
const TASK_WIDTH = 16

const TONES: Readonly<Record<EventType, Tone>> = {
  'job.queued': 'plain',
  'job.started': 'active',
  'job.progress': 'quiet',
  'job.logged': 'quiet',
  'job.succeeded': 'good',
  'job.retrying': 'warning',
  'job.failed': 'bad',
  'job.cancelling': 'stopped',
  'job.cancelled': 'stopped',
  'job.lost': 'bad',
  'job.released': 'warning',
  'job.expired': 'bad',
  'attempt.fenced': 'warning',
  'worker.online': 'strong',
  'worker.offline': 'strong',
  'worker.lost': 'bad',
  'slot.recycled': 'quiet',
  'queue.paused': 'warning',
  'queue.resumed': 'strong',
  'stream.gap': 'bad',
}

/** `14:03:27.042 job.started    9f3a11c2 render           #1 w1/2 · pid 4242 · waited 12 ms`, cut to the page. */
export function lineOfEvent(event: HotlineEvent, { width, paint }: Page): string {
  const time = timeOfDay(event.at)
  const type = padText(event.type, TYPE_WIDTH)
  const job = 'jobId' in event ? `${jobColumns(event)} ` : ''
  const left = width - textWidth(`${time} ${type} ${job}`)
  const facts = cutText(inertText(eventFacts(event)), left)
  return `${paint('quiet', time)} ${paint(TONES[event.type], type)} ${cutText(job, width - time.length - TYPE_WIDTH - 2)}${facts}`.trimEnd()
}

/** n.b. the first event of a job belongs to no attempt yet. */
function jobColumns(event: Extract<HotlineEvent, { readonly jobId: string }>): string {
  const attempt = event.attempt === 0 ? '' : `#${event.attempt}`
  return `${shortId(inertText(event.jobId))} ${padText(inertText(event.task), TASK_WIDTH)} ${padText(attempt, 2)}`
}
