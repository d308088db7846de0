import { isFinal } from '@hotline/core'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { JobView } from '../frame.ts'
import { act } from './connection.ts'
import { shownText } from './shown.ts'

interface Receipt {
  readonly means: string
  readonly state: string
  readonly tookMs: number
}

/** What can be done to a job in its state, and what came of it. */
export function JobActions({
  view,
  canRetry,
}: {
  readonly view: JobView
  readonly canRetry: boolean
}): JSX.Element {
  const [said, say] = useState('')
  const [reason, setReason] = useState('')
  const path = `jobs/${view.record.id}`
  const report = (error: Error): void => say(error.message)
  const cancel = (): void => {
    say('Stopping')
    act<Receipt>(`${path}/cancel`, { reason }).then(
      ({ means, state }) => say(`It is ${state}, by: ${means}.`),
      report,
    )
  }
  const retry = (): void => {
    act<{ readonly id: string }>(`${path}/retry`).then(({ id }) => location.assign(`#/jobs/${id}`), report)
  }
  const isOver = isFinal(view.record.state)
  return (
    <span class="actions">
      <span role="status">{shownText(said)}</span>
      {!isOver && view.record.cancel === undefined && (
        <>
          <input
            aria-label="Reason"
            placeholder="Reason"
            maxLength={1000}
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
          <button type="button" class="danger" onClick={cancel}>
            Cancel job
          </button>
        </>
      )}
      {isOver && canRetry && (
        <button type="button" onClick={retry}>
          Run again
        </button>
      )}
    </span>
  )
}
