import type { HotlineEvent } from '@hotline/core'
import { useEffect, useState } from 'preact/hooks'
import type { JobView } from '../frame.ts'
import { ask, readLines } from './connection.ts'
import type { PageModel } from './page-model.ts'

/** Events of one job that its page keeps, at most: the latest. */
const MOST_EVENTS = 500

/** What the page of a job shows: the job as of its latest event, its events, or why there is nothing to show. */
interface Watched {
  readonly view: JobView | undefined
  readonly problem: string | undefined
  readonly events: readonly HotlineEvent[]
}

/** Follows one job: reads its events, and looks at it anew behind each of them, and after an outage. */
export function useJobView(id: string, model: PageModel): Watched {
  const isOut = model.outage !== undefined || model.link === 'lost'
  const events = useEvents(id, isOut)
  const [{ view, problem }, set] = useState<Omit<Watched, 'events'>>({ view: undefined, problem: undefined })
  const last = events.at(-1)
  const seq = last !== undefined && 'seq' in last ? last.seq : 0
  useEffect(() => {
    let isCurrent = true
    ask<JobView>(`jobs/${encodeURIComponent(id)}`).then(
      (found) => isCurrent && set({ view: found, problem: undefined }),
      (error: Error) => isCurrent && set((known) => ({ ...known, problem: error.message })),
    )
    return () => {
      isCurrent = false
    }
  }, [id, seq, isOut])
  return { view, problem, events }
}

function useEvents(id: string, isOut: boolean): readonly HotlineEvent[] {
  const [events, setEvents] = useState<readonly HotlineEvent[]>([])
  useEffect(() => {
    const stop = new AbortController()
    setEvents([])
    const add = (event: HotlineEvent): void => setEvents((known) => [...known.slice(1 - MOST_EVENTS), event])
    // What is wrong is told by the look at the job, and by the status of the page.
    readLines(`jobs/${encodeURIComponent(id)}/events`, stop.signal, add).catch(() => {})
    return () => stop.abort()
  }, [id, isOut])
  return events
}
