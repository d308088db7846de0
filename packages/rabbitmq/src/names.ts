import { InvalidOptionError } from '@hotline/core'

/** Short enough for the 255 bytes that AMQP allows a name. */
const RULE = /^[\w.:-]{1,80}$/

/** Part of every name, since the arguments of a queue can never be changed: another layout gets another version. */
const VERSION = 'v1'

/** What a namespace has on a broker. */
export interface Names {
  /** A direct exchange: everything that is written goes through it. */
  readonly exchange: string
  /** The stream that is the log. */
  readonly log: string
  /** How the queues begin by which a session asks for the time. */
  readonly own: string
}

/** @throws InvalidOptionError for a namespace that no queue can be named after */
export function namesOf(namespace: string): Names {
  if (!RULE.test(namespace)) throw badNamespace(namespace)
  const exchange = `hotline.${namespace}.${VERSION}`
  return { exchange, log: `${exchange}.log`, own: `${exchange}.own` }
}

/** Keys under which messages are routed. */
export const ROUTE = { log: 'log' } as const

function badNamespace(namespace: string): InvalidOptionError {
  const shown = JSON.stringify(String(namespace).slice(0, 60))
  return new InvalidOptionError({
    option: 'namespace',
    problem: `${shown} is no namespace.`,
    cure: 'Use 1 to 80 letters, digits and the signs _ . : - only.',
  })
}
