import { BackpressureError, ClosedError, TransportError } from '@hotline/core'

const TRANSPORT = 'rabbitmq'

/** The driver's text, on one line. n.b. it holds no URL: those of amqplib name neither user nor password. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function closedError(call: string): ClosedError {
  return new ClosedError({ what: 'rabbitmq transport', call })
}

/** The broker cannot be reached, or does not answer. */
export function awayError(what: string, cause: unknown): TransportError {
  const reason = cause === undefined ? 'no answer came in time' : messageOf(cause).slice(0, 200)
  return new TransportError({
    transport: TRANSPORT,
    problem: `RabbitMQ is out of reach, so this process could not ${what}: ${reason}`,
    cure: 'It is safe to try again. Check that the broker runs and that its address is right.',
    cause,
  })
}

/** The broker takes nothing while an alarm is on. */
export function blockedError(what: string): BackpressureError {
  return new BackpressureError({
    transport: TRANSPORT,
    problem: `RabbitMQ has an alarm on memory or disk, and took nothing when asked to ${what}`,
    cure: 'Nothing was stored. Free memory or disk on the broker, or wait: running jobs go on meanwhile.',
  })
}

/** AMQP reply codes 403 and 530: the broker knows this user and does not let it do that. */
function isForbidden(text: string): boolean {
  return /ACCESS.REFUSED|NOT.ALLOWED|\b403\b|\b530\b/i.test(text)
}

/**
 * After a restart RabbitMQ 3.10 says for seconds that the home node of a queue is down, with code 404, or has an internal
 * error. A stream that was just created, or lives on other nodes of a cluster, has no replica where one connected.
 */
const STARTING =
  /home node|replica on the local node|down or inaccessible|stopped_server|noproc|INTERNAL.ERROR|\b541\b|CONNECTION.FORCED|\b320\b|timeout/i
const REFUSED =
  /ACCESS.REFUSED|NOT.ALLOWED|PRECONDITION.FAILED|NOT.FOUND|NOT.IMPLEMENTED|COMMAND.INVALID|\b(?:403|404|406|503|530|540)\b/i

/** Whether another try may work: an outage, and not a refusal. */
export function isPassing(error: unknown): boolean {
  if (error instanceof TransportError) return false
  const text = messageOf(error)
  return STARTING.test(text) || !REFUSED.test(text)
}

/** Why a session cannot start, as the one error that its user sees. */
export function startError(error: unknown): Error {
  if (error instanceof TransportError) return error
  const text = messageOf(error)
  if (isPassing(error)) return awayError('connect', error)
  const cure = isForbidden(text)
    ? 'Check user, password and vhost, and give the user the rights of its role, as docs/operations-rabbitmq.md lists them.'
    : 'See `cause`.'
  return new TransportError({
    transport: TRANSPORT,
    problem: `RabbitMQ refused: ${text.slice(0, 300)}`,
    cure,
    cause: error,
  })
}
