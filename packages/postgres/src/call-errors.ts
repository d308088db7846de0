import { BackpressureError, TransportError } from '@hotline/core'

const TRANSPORT = 'postgres'

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

export function fullError(what: string, cause: unknown): BackpressureError {
  const problem = `PostgreSQL is out of disk or memory and refused to ${what}`
  const cure = 'Nothing was stored. Make room, or shorten `retention`.'
  return new BackpressureError({ transport: TRANSPORT, problem, cure, cause })
}

export function exhaustedError(what: string, cause: unknown): BackpressureError {
  const problem = `no connection was free in time to ${what}`
  const cure =
    'Nothing was stored. Give back connections of the pool, raise its `max` or `max_connections` of the server.'
  return new BackpressureError({ transport: TRANSPORT, problem, cure, cause })
}

export function forbiddenError(what: string, cause: unknown): TransportError {
  const problem = `PostgreSQL does not let this user ${what}: ${messageOf(cause).slice(0, 200)}`
  const cure = 'Give the user the rights of its role, as docs/operations-postgres.md lists them.'
  return new TransportError({ transport: TRANSPORT, problem, cure, cause })
}

export function awayError(what: string, cause: unknown): TransportError {
  const problem = `PostgreSQL is out of reach, so this process could not ${what}: ${messageOf(cause).slice(0, 200)}`
  const cure = 'It is safe to try again. Check that the server runs and that its address is right.'
  return new TransportError({ transport: TRANSPORT, problem, cure, cause })
}

export function failedError(what: string, cause: unknown): TransportError {
  const problem = `PostgreSQL could not ${what}: ${messageOf(cause).slice(0, 300)}`
  const cure = 'See `cause`. If it comes again, `hotline jobs --dead` shows what was set aside.'
  return new TransportError({ transport: TRANSPORT, problem, cure, cause })
}
