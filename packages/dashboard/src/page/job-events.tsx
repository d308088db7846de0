import type { HotlineEvent } from '@hotline/core'
import type { JSX } from 'preact'
import { toneOf } from './event-feed.tsx'
import { shownMs, shownTime, shownValue } from './shown.ts'

/** Fields that the page shows elsewhere, or that are the same in all events of a job. */
const LEFT_OUT: readonly string[] = [
  ...['v', 'type', 'at', 'seq', 'cursor', 'jobId', 'task', 'queue', 'attempt'],
  ...['error', 'enqueueSite', 'limits', 'digest', 'result', 'lines'],
]

/** The events of one job, in the order of the log, each with how long after the one before it came. */
export function JobEvents({ events }: { readonly events: readonly HotlineEvent[] }): JSX.Element | null {
  if (events.length === 0) return null
  return (
    <section class="panel events">
      <h2>Events</h2>
      {events.map((event, index) => (
        <p key={'seq' in event ? event.seq : event.cursor}>
          <span class="num">{'seq' in event ? event.seq : ''}</span>
          <time>{shownTime(event.at)}</time>
          <span class="num">
            {index === 0 ? '' : `+${shownMs(event.at - (events[index - 1]?.at ?? event.at))}`}
          </span>
          <b class={`tone ${toneOf(event)}`}>{event.type}</b>
          <span>{factsOf(event)}</span>
        </p>
      ))}
    </section>
  )
}

function factsOf(event: HotlineEvent): string {
  return Object.entries(event)
    .filter(([name, value]) => !LEFT_OUT.includes(name) && value !== undefined && !isEmpty(value))
    .map(
      ([name, value]) =>
        `${name} ${typeof value === 'string' ? shownValue(value).slice(1, -1) : shownValue(value)}`,
    )
    .join('  ')
}

function isEmpty(value: unknown): boolean {
  return value === 0 || (Array.isArray(value) && value.length === 0)
}
