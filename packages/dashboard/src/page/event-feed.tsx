import type { HotlineEvent } from '@hotline/core'
import type { JSX } from 'preact'
import type { PageModel } from './page-model.ts'
import { shortId, shownText, shownTime } from './shown.ts'

const MOST = 40

/** What a job says while it runs: its progress is in the list, its lines on its own page. */
const REPORTS: readonly string[] = ['job.progress', 'job.logged']

/** What happened last, newest first. */
export function EventFeed({ model }: { readonly model: PageModel }): JSX.Element {
  const events = model.events
    .filter(({ type }) => !REPORTS.includes(type))
    .slice(-MOST)
    .reverse()
  return (
    <div class="panel feed">
      <h2>Events</h2>
      {events.length === 0 && <p class="empty">Nothing has happened since the page was opened.</p>}
      {events.map((event) => (
        <p key={'seq' in event ? `${event.jobId}/${event.seq}` : `${event.type}/${event.cursor}`}>
          <time>{shownTime(event.at)}</time>
          <b class={`tone ${toneOf(event)}`}>{event.type}</b>
          <Subject event={event} />
        </p>
      ))}
    </div>
  )
}

function Subject({ event }: { readonly event: HotlineEvent }): JSX.Element {
  if ('jobId' in event)
    return (
      <a href={`#/jobs/${event.jobId}`}>
        {shownText(event.task)} <span class="id">{shortId(event.jobId)}</span>
      </a>
    )
  const about = 'worker' in event ? event.worker : 'queue' in event ? event.queue : ''
  return <span>{shownText(about)}</span>
}

/** The state that an event leads to, which has a colour. */
export function toneOf({ type }: HotlineEvent): string {
  if (type === 'job.started' || type === 'job.progress' || type === 'worker.online') return 'running'
  if (type === 'job.succeeded') return 'succeeded'
  if (type === 'job.failed' || type === 'job.lost' || type === 'worker.lost' || type === 'attempt.fenced')
    return 'failed'
  if (type === 'job.retrying' || type === 'queue.paused') return 'retrying'
  return 'calm'
}
