import type { WorkerPresence } from '@hotline/core'
import type { JSX } from 'preact'
import { act } from './connection.ts'
import type { PageModel } from './page-model.ts'
import { shareOf, shortId, shownBytes, shownMs, shownText } from './shown.ts'

/** Every worker with its slots, and the queues that are paused. */
export function Slots({ model }: { readonly model: PageModel }): JSX.Element {
  const { workers, paused } = model
  return (
    <div class="panel slots">
      <h2>
        Slots <span>{slotsText(workers)}</span>
      </h2>
      {workers.length === 0 && <p class="empty">No worker is alive.</p>}
      {workers.map((worker) => (
        <Worker key={worker.worker} worker={worker} model={model} />
      ))}
      {paused.map((queue) => (
        <p key={queue} class="paused">
          Queue <b>{shownText(queue)}</b> is paused.
          <button type="button" onClick={() => void act(`queues/${encodeURIComponent(queue)}/resume`)}>
            Resume
          </button>
        </p>
      ))}
    </div>
  )
}

function slotsText(workers: readonly WorkerPresence[]): string {
  const running = workers.reduce((sum, worker) => sum + worker.running, 0)
  const limit = workers.reduce((sum, worker) => sum + worker.limit, 0)
  return limit === 0 ? '' : `${running} of ${limit} busy`
}

function Worker({
  worker,
  model,
}: {
  readonly worker: WorkerPresence
  readonly model: PageModel
}): JSX.Element {
  const { worker: id, state, held, running, limit, queues, supervisorRss } = worker
  const isBroken = held > running + 1 || running > limit
  const slots = Array.from(
    { length: limit },
    (_, slot) => worker.slots.find((known) => known.slot === slot) ?? { slot },
  )
  return (
    <div class="worker">
      <h3 title={`Queues: ${shownText(queues.join(', '))}. Supervisor: ${shownBytes(supervisorRss)}`}>
        <b>{shownText(id)}</b>
        {state === 'draining' && <em class="tone retrying">draining</em>}
        <span class={isBroken ? 'tone failed' : ''}>
          {running} run, {held} held, limit {limit}
        </span>
      </h3>
      {slots.map((slot) => (
        <Slot key={slot.slot} slot={slot} model={model} />
      ))}
    </div>
  )
}

function Slot({
  slot: { slot, job, rss, cpu },
  model,
}: {
  readonly slot: WorkerPresence['slots'][number]
  readonly model: PageModel
}): JSX.Element {
  if (job === undefined)
    return (
      <div class="slot">
        <span class="no">{slot}</span>
        <span class="idle">idle</span>
      </div>
    )
  const share = shareOf(model.jobs.get(job.id)?.progress)
  return (
    <a class="slot busy" href={`#/jobs/${job.id}`}>
      <span class="no">{slot}</span>
      <span class="task">{shownText(job.task)}</span>
      <span class="id">{shortId(job.id)}</span>
      <span class="num">{shownMs(model.now() - job.since)}</span>
      {rss !== undefined && <span class="num">{shownBytes(rss)}</span>}
      {cpu !== undefined && <span class="num">{Math.round(cpu * 100)} %</span>}
      <i class="bar" style={{ width: `${(share ?? 0) * 100}%` }} />
    </a>
  )
}
