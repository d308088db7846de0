import type { JobRecord } from '@hotline/core'
import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { filterBy, GROUPS, type Group, groupOf, type JobFilter } from './job-filter.ts'
import type { PageModel } from './page-model.ts'
import { durationOf, shareOf, shortId, shownText, shownTime, shownValue } from './shown.ts'

/** Height of a row in CSS pixels, as in the style. */
const ROW = 28
/** Rows above and below the ones in sight that are there, too. */
const MARGIN = 10

interface Props {
  readonly model: PageModel
  readonly filter: JobFilter
  readonly onFilter: (filter: JobFilter) => void
}

/** The jobs that fit the filter. Of thousands, only the rows in sight are drawn. */
export function JobList({ model, filter, onFilter }: Props): JSX.Element {
  const all = model.list()
  const shown = all.filter(filterBy(filter))
  return (
    <div class="panel jobs">
      <Filters all={all} filter={filter} onFilter={onFilter} />
      <div class="row head">
        <span>State</span>
        <span>Task</span>
        <span>Id</span>
        <span>Queue</span>
        <span>Queued</span>
        <span class="num">Attempt</span>
        <span class="num">Took</span>
        <span>Detail</span>
      </div>
      <Rows jobs={shown} now={model.now()} />
      <footer>
        {shown.length === all.length ? `${all.length} jobs` : `${shown.length} of ${all.length} jobs`}
        {!model.isWhole && ', loading'}
      </footer>
    </div>
  )
}

function Filters({
  all,
  filter,
  onFilter,
}: Omit<Props, 'model'> & { readonly all: readonly JobRecord[] }): JSX.Element {
  const counts: Record<Group, number> = {
    all: all.length,
    running: 0,
    waiting: 0,
    retrying: 0,
    failed: 0,
    succeeded: 0,
    stopped: 0,
  }
  for (const record of all) counts[groupOf(record)] += 1
  return (
    <div class="filters">
      {GROUPS.map((group) => (
        <button
          key={group}
          type="button"
          class={`tone ${group}`}
          aria-pressed={filter.group === group}
          onClick={() => onFilter({ ...filter, group })}
        >
          {group} <b>{counts[group]}</b>
        </button>
      ))}
      <input
        type="search"
        placeholder="Filter: words, task:render, queue:, tag:, worker:"
        aria-label="Filter jobs"
        value={filter.text}
        onInput={({ currentTarget }) => onFilter({ ...filter, text: currentTarget.value })}
      />
    </div>
  )
}

function Rows({ jobs, now }: { readonly jobs: readonly JobRecord[]; readonly now: number }): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const [{ top, height }, setView] = useState({ top: 0, height: 600 })
  const look = (): void => {
    const { scrollTop = 0, clientHeight = 600 } = box.current ?? {}
    if (scrollTop !== top || clientHeight !== height) setView({ top: scrollTop, height: clientHeight })
  }
  useLayoutEffect(look)
  const first = Math.max(0, Math.floor(top / ROW) - MARGIN)
  const count = Math.ceil(height / ROW) + 2 * MARGIN
  return (
    <div class="rows" ref={box} onScroll={look}>
      {jobs.length === 0 && <p class="empty">No job fits.</p>}
      <div style={{ height: `${jobs.length * ROW}px` }}>
        <div style={{ transform: `translateY(${first * ROW}px)` }}>
          {jobs.slice(first, first + count).map((record) => (
            <Row key={record.id} record={record} now={now} />
          ))}
        </div>
      </div>
    </div>
  )
}

function Row({ record, now }: { readonly record: JobRecord; readonly now: number }): JSX.Element {
  const { id, state, task, queue, queuedAt, attempt, limits, cancel } = record
  return (
    <a class="row" href={`#/jobs/${id}`}>
      <span class={`tone ${state}`}>
        <i class="dot" />
        {cancel !== undefined && state === 'running' ? 'stopping' : state}
      </span>
      <span>{shownText(task)}</span>
      <span class="id">{shortId(id)}</span>
      <span>{shownText(queue)}</span>
      <span class="num time">{shownTime(queuedAt)}</span>
      <span class="num">{attempt === 0 ? '–' : `${attempt}/${limits.attempts}`}</span>
      <span class="num">{durationOf(record, now)}</span>
      <Detail record={record} />
    </a>
  )
}

function Detail({ record: { state, error, progress } }: { readonly record: JobRecord }): JSX.Element {
  const share = state === 'running' ? shareOf(progress) : undefined
  if (share !== undefined)
    return (
      <span class="detail">
        <span class="gauge">
          <i style={{ width: `${share * 100}%` }} />
        </span>
        {Math.round(share * 100)} %
      </span>
    )
  if (error !== undefined && state !== 'succeeded')
    return <span class="detail error">{shownText(`${error.name}: ${error.message}`)}</span>
  return (
    <span class="detail">{state === 'running' && progress !== undefined ? shownValue(progress) : ''}</span>
  )
}
