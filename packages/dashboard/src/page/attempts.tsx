import type { AttemptRecord, ErrorDocument, JobRecord } from '@hotline/core'
import type { JSX } from 'preact'
import { shownBytes, shownLines, shownMs, shownText, shownTime, shownValue } from './shown.ts'

/** Deepest cause that is shown. */
const DEEPEST = 8

/** Every attempt with its end and its error, the latest first. */
export function Attempts({ record }: { readonly record: JobRecord }): JSX.Element | null {
  const { attempts, error, state } = record
  const isOwn = state === 'failed' && error !== undefined && attempts.at(-1)?.ended !== 'failed'
  if (attempts.length === 0 && !isOwn) return null
  return (
    <section class="panel attempts">
      <h2>Attempts</h2>
      {isOwn && error !== undefined && <ErrorView error={error} depth={0} />}
      {attempts.toReversed().map((attempt) => (
        <Attempt key={attempt.attempt} attempt={attempt} />
      ))}
    </section>
  )
}

function Attempt({ attempt }: { readonly attempt: AttemptRecord }): JSX.Element {
  const {
    ended = 'running',
    code,
    error,
    worker,
    slot,
    pid,
    startedAt,
    waitMs,
    runMs,
    cpuMs,
    peakRss,
  } = attempt
  const facts = [
    `started ${shownTime(startedAt)} after ${shownMs(waitMs)}`,
    ...(runMs === undefined ? [] : [`ran ${shownMs(runMs)}`]),
    ...(cpuMs === undefined ? [] : [`CPU ${shownMs(cpuMs)}`]),
    ...(peakRss === undefined ? [] : [`peak ${shownBytes(peakRss)}`]),
    ...(attempt.exitCode === undefined ? [] : [`exit code ${attempt.exitCode}`]),
    ...(attempt.signal === undefined ? [] : [attempt.signal]),
    ...(attempt.fenced === true ? ['a late outcome was refused'] : []),
    `${worker}/${slot}, process ${pid}`,
  ]
  return (
    <article>
      <h3>
        <b>{attempt.attempt}</b>
        <span class={`tone ${ended === 'lost' ? 'failed' : ended}`}>{ended}</span>
        {code !== undefined && <code>{code}</code>}
        <span>{shownText(facts.join(' · '))}</span>
      </h3>
      {error !== undefined && <ErrorView error={error} depth={0} />}
    </article>
  )
}

/** Class, message, stack and properties as they were thrown; causes below. As text, whatever is in it. */
function ErrorView({ error, depth }: { readonly error: ErrorDocument; readonly depth: number }): JSX.Element {
  const { name, message, stack, props, cause, errors = [] } = error
  return (
    <div class="thrown">
      <p>
        {depth > 0 && 'caused by '}
        <b>{shownText(name)}</b>: {shownLines(message)}
      </p>
      {stack !== undefined && <pre class="stack">{shownLines(framesOf(stack))}</pre>}
      {props !== undefined && <pre>{shownValue(props, 2)}</pre>}
      {depth < DEEPEST && cause !== undefined && <ErrorView error={cause} depth={depth + 1} />}
      {depth < DEEPEST && errors.map((one, index) => <ErrorView key={index} error={one} depth={depth + 1} />)}
    </div>
  )
}

/** A stack repeats name and message, which stand above it already. */
function framesOf(stack: string): string {
  const start = stack.search(/^\s+at /m)
  return start === -1 ? stack : stack.slice(start).replaceAll(/^ {4}/gm, '')
}
