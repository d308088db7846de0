import type { EventOf, HotlineEvent } from '../events/event.ts'
import { isFinal } from '../job/record.ts'
import type { TaskTypes } from '../task/task.ts'
import type { TaskEvent } from './job-handle.ts'
import type { JobHome } from './job-home.ts'
import type { Awaited } from './until-final.ts'
import { absent } from './until-final.ts'

/** How often a silent history looks whether its job is still there. */
const FLOOR_MS = 5000

/** The events of one job from the first that is kept, then as they come, up to its final one. */
export async function* jobHistory<T extends TaskTypes>(
  job: Awaited,
  home: JobHome,
  signal: AbortSignal | undefined,
): AsyncGenerator<TaskEvent<T> | EventOf<'stream.gap'>> {
  await job.refresh()
  if (job.record === undefined) throw absent(job)
  const stop = new AbortController()
  const ends = [stop.signal, home.closed, ...(signal === undefined ? [] : [signal])]
  const floor = setInterval(() => endIfGone(job, stop), FLOOR_MS).unref()
  try {
    const events = await home.subscribe({ from: 'start', jobId: job.id, signal: AbortSignal.any(ends) })
    let seq = 0
    for await (const event of events) {
      if (!('seq' in event)) {
        if (event.type === 'stream.gap') yield event
        continue
      }
      // Its first events were trimmed before this reader came: say so, as for any gap.
      if (seq === 0 && event.seq > 1)
        yield { v: 1, type: 'stream.gap', at: event.at, from: 'start', cursor: event.cursor }
      seq = event.seq
      yield ofTask<T>(event)
      if (isEnd(event, job)) return
    }
  } finally {
    clearInterval(floor)
    stop.abort()
  }
}

function isEnd(event: HotlineEvent & { readonly seq: number }, job: Awaited): boolean {
  if (['job.succeeded', 'job.failed', 'job.cancelled', 'job.expired'].includes(event.type)) return true
  return job.record !== undefined && isFinal(job.record.state) && event.seq >= job.record.seq
}

function endIfGone(job: Awaited, stop: AbortController): void {
  job.refresh().then(
    () => job.record === undefined && stop.abort(),
    () => {}, // an outage: the subscription tells
  )
}

/** n.b. the compiler cannot know that the events of this job are of its task; `handle` has checked it. */
function ofTask<T extends TaskTypes>(event: HotlineEvent): TaskEvent<T> {
  return event as TaskEvent<T>
}
