import type { JobRecord } from '@hotline/core'
import type { JSX } from 'preact'
import type { JobView } from '../frame.ts'
import { durationOf, shownBytes, shownMs, shownText, shownTime } from './shown.ts'

/** What is known of a job in a few words each. */
export function JobFacts({ view, now }: { readonly view: JobView; readonly now: number }): JSX.Element {
  return (
    <dl class="panel facts">
      {factsOf(view, now).map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{shownText(text)}</dd>
        </div>
      ))}
    </dl>
  )
}

function factsOf({ record, trustedUntil }: JobView, now: number): (readonly [name: string, text: string])[] {
  const { queue, priority, tags, key, queuedAt, attempt, limits, failures, crashes, bytes } = record
  const facts: (readonly [string, string | undefined])[] = [
    ['Queue', queue],
    ['Priority', priority],
    [
      'Attempt',
      `${attempt} (${failures} of ${limits.attempts} failed, ${crashes} of ${limits.crashLimit} crashed)`,
    ],
    ['Queued', shownTime(queuedAt)],
    [
      record.state === 'running' ? 'Runs for' : record.finishedAt === undefined ? 'Waits for' : 'Ran for',
      durationOf(record, now),
    ],
    ...holderFacts(record, trustedUntil),
    ['Ended', record.finishedAt === undefined ? undefined : shownTime(record.finishedAt)],
    ['Timeout', limits.timeoutMs === undefined ? undefined : shownMs(limits.timeoutMs)],
    ['Memory', limits.memoryBytes === undefined ? undefined : shownBytes(limits.memoryBytes)],
    ['Input', shownBytes(bytes)],
    ['Tags', tags.length === 0 ? undefined : tags.join(', ')],
    ['Key', key],
    ['Trace', record.traceparent],
    ['Cancelled since', record.cancel?.reason],
    [
      'Stopped by',
      record.receipt === undefined
        ? undefined
        : `${record.receipt.means}, in ${shownMs(record.receipt.tookMs)}`,
    ],
  ]
  return facts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]))
}

function holderFacts(
  record: JobRecord,
  trustedUntil: JobView['trustedUntil'],
): (readonly [string, string | undefined])[] {
  const last = record.attempts.at(-1)
  if (last === undefined) return []
  return [
    ['Waited', shownMs(last.waitMs)],
    ['Worker', `${last.worker}/${last.slot}, process ${last.pid}`],
    [
      'Lease until',
      typeof trustedUntil === 'number' && record.state === 'running' ? shownTime(trustedUntil) : undefined,
    ],
  ]
}
