import { isFinal } from '@hotline/core'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Attempts } from './attempts.tsx'
import { ask } from './connection.ts'
import { JobActions } from './job-actions.tsx'
import { JobEvents } from './job-events.tsx'
import { JobFacts } from './job-facts.tsx'
import { useJobView } from './job-view.ts'
import type { PageModel } from './page-model.ts'
import { shownLines, shownPayload, shownText } from './shown.ts'

interface Props {
  readonly id: string
  readonly model: PageModel
}

/** One job, whole: its facts, attempts, errors, log lines and events. Asked for anew at each of its events. */
export function JobPage({ id, model }: Props): JSX.Element {
  const { view, problem, events } = useJobView(id, model)
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
      <Attempts record={record} />
      {lines.length > 0 && <Value name="Log" text={lines.map(shownLines).join('\n')} />}
      <JobEvents events={events} />
      {record.enqueueSite !== undefined && <Value name="Enqueued at" text={shownLines(record.enqueueSite)} />}
    </main>
  )
}

function Explanation({ id, seq }: { readonly id: string; readonly seq: number }): JSX.Element | null {
  const [lines, setLines] = useState<readonly string[]>()
  useEffect(() => {
    ask<{ readonly lines: readonly string[] }>(`jobs/${id}/explain`).then(
      (answer) => setLines(answer.lines),
      () => setLines(undefined),
    )
  }, [id, seq])
  return lines === undefined ? null : <Value name="Why" text={lines.map(shownLines).join('\n')} />
}

function Value({ name, text }: { readonly name: string; readonly text: string }): JSX.Element {
  return (
    <section class="panel">
      <h2>{name}</h2>
      <pre>{text}</pre>
    </section>
  )
}
