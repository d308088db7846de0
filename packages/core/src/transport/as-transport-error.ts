import { TransportError } from '../error.ts'

/** Whatever broke the feed of events, as the one error that listeners of `error` get. */
export function asTransportError(transport: string, error: unknown): TransportError {
  if (error instanceof TransportError) return error
  return new TransportError({
    transport,
    problem: 'the event feed broke',
    cure: 'It is being mended; see the cause.',
    cause: error,
  })
}
