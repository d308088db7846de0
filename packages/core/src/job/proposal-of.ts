import type { JobEvent, ProposedEvent } from './event.ts'

/**
 * An event as its author once proposed it: the way back from what the log keeps, so that a reader of the log folds it
 * with `reduce`, at the time that the event carries. Times are relative again.
 */
export function proposalOf(event: JobEvent): ProposedEvent {
  const { at } = event
  switch (event.type) {
    case 'job.queued': {
      const { v: _v, seq: _seq, at: _at, runAt, expiresAt, ...rest } = event
      return {
        ...rest,
        delayMs: runAt - at,
        expiresInMs: expiresAt === undefined ? undefined : expiresAt - at,
      }
    }
    case 'job.started': {
      const { waitMs: _waitMs, ...rest } = withoutHeader(event)
      return rest
    }
    case 'job.retrying': {
      const { retryAt, ...rest } = withoutHeader(event)
      return { ...rest, retryInMs: retryAt - at }
    }
    case 'job.released': {
      const { runAt, ...rest } = withoutHeader(event)
      return { ...rest, delayMs: runAt - at }
    }
    case 'job.expired': {
      const { expiresAt: _expiresAt, ...rest } = withoutHeader(event)
      return rest
    }
    default:
      return withoutHeader(event)
  }
}

type Header = 'v' | 'seq' | 'at' | 'task' | 'queue'
type WithoutHeader<E> = E extends JobEvent ? Omit<E, Header> : never

function withoutHeader<E extends JobEvent>(event: E): WithoutHeader<E>
function withoutHeader(event: JobEvent): object {
  const { v: _v, seq: _seq, at: _at, task: _task, queue: _queue, ...rest } = event
  return rest
}
