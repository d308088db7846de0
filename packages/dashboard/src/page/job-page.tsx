import type { HotlineEvent } from '@hotline/core'
import { isFinal } from '@hotline/core'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { JobView } from '../frame.ts'
import { Attempts } from './attempts.tsx'
import { ask, readLines } from './connection.ts'
import { JobActions } from './job-actions.tsx'
import { JobEvents } from './job-events.tsx'
import { JobFacts } from './job-facts.tsx'
import type { PageModel } from './page-model.ts'
import { shownLines, shownPayload, shownText } from './shown.ts'

interface Props {
  readonly id: string
  readonly model: PageModel
  readonly onChange: () => void
}

/** Events of one job that its page keeps, at most: the latest. */
const MOST_EVENTS = 500

/** One job, whole: its facts, attempts, errors, log lines and events. Asked for anew at each of its events. */
export function JobPage({ id, model }: Props): JSX.Element {
  const { view, problem } = useView(id, model)
  const events = useEvents(id)
  if (view === undefined)
    return (
      <main class="job">
        <p class="empty" role="alert">
          {problem === undefined ? 'Looking for the job' : shownText(problem)}
        </p>
      </main>
    )
  const { record, state } = view
  const lines = events.flatMap((event) => (event.type === 'job.logged' ? event.lines : []))
  return (
    <main class="job">
      <h1>
        <span class={`pill tone ${state}`}>
          {record.cancel !== undefined && state === 'running' ? 'stopping' : state}
        </span>
        {shownText(record.task)}
        <span class="id">{record.id}</span>
        <JobActions view={view} canRetry={model.canRetry} />
      </h1>
      <JobFacts view={view} now={model.now()} />
      {!isFinal(record.state) && <Explanation id={record.id} seq={record.seq} />}
      {record.progress !== undefined && <Value name="Progress" text={shownPayload(record.progress)} />}
      {record.result !== undefined && <Value name="Result" text={shownPayload(record.result)} />}
      {/* A job that was poisoned has an error that is none of an attempt's. */}
      <Attempts record={record} />
      {lines.length > 0 && <Value name="Log" text={lines.map(shownLines).join('\n')} />}
      <JobEvents events={events} />
      {record.enqueueSite !== undefined && <Value name="Enqueued at" text={shownLines(record.enqueueSite)} />}
    </main>
  )
}

function useView(
  id: string,
  model: PageModel,
): { readonly view: JobView | undefined; readonly problem: string | undefined } {
  const [state, setState] = useState<{ view: JobView | undefined; problem: string | undefined }>({
    view: undefined,
    problem: undefined,
  })
  const isOutOfReach = model.outage !== undefined || model.link === 'lost'
  const seq = [...(model.jobs.get(id) === undefined ? [] : [model.jobs.get(id)?.seq ?? 0])][0]
  useEffect(() => {
    let isCurrent = true
    ask<JobView>(`jobs/${encodeURIComponent(id)}`).then(
      (view) => isCurrent && setState({ view, problem: undefined }),
      (error: Error) => isCurrent && setState(({ view }) => ({ view, problem: error.message })),
    )
    return () => {
      isCurrent = false
    }
  }, [id, seq, isOutOfReach])
  return state
}

function useEvents(id: string): readonly HotlineEvent[] {
  const [events, setEvents] = useState<readonly HotlineEvent[]>([])
  useEffect(() => {
    const stop = new AbortController()
    const path = `jobs/${encodeURIComponent(id)}/events`
    const add = (event: HotlineEvent): void => setEvents((known) => [...known.slice(1 - MOST_EVENTS), event])
    readLines(path, stop.signal, add).catch(() => {}) // the page says by itself that the server is gone
    return () => stop.abort()
  }, [id])
  return events
}

function Explanation({ id, seq }: { readonly id: string; readonly seq: number }): JSX.Element | null {
  const [text, setText] = useState<string>()
  useEffect(() => {
    ask<{ readonly text: string }>(`jobs/${id}/explain`).then(
      (answer) => setText(answer.text),
      () => setText(undefined),
    )
  }, [id, seq])
  return text === undefined ? null : <Value name="Why" text={shownLines(text)} />
}

function Value({ name, text }: { readonly name: string; readonly text: string }): JSX.Element {
  return (
    <section class="panel">
      <h2>{name}</h2>
      <pre>{text}</pre>
    </section>
  )
}
