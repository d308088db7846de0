import { InvalidOptionError } from '../error.ts'
import type { Transport } from './transport.ts'

/** Refuses what is no transport, for callers without types. @throws InvalidOptionError */
export function checkTransport(transport: unknown): Transport {
  if (typeof transport === 'object' && transport !== null && 'queue' in transport && 'log' in transport)
    return transport as Transport // the compiler checks the rest
  throw new InvalidOptionError({
    option: 'transport',
    problem: '`transport` is not a transport.',
    cure: 'Give `memory()`, or the transport that an adapter makes.',
  })
}
