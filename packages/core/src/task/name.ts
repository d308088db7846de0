import { InvalidOptionError } from '../error.ts'
import { showValue } from './shown-text.ts'

/** What a name may name. Backends put names of tasks and queues into keys and addresses; the others are only compared. */
export type NameKind = 'task' | 'queue' | 'worker' | 'tag' | 'key'

interface Rule {
  readonly pattern: RegExp
  readonly text: string
}

const IDENTIFIER: Rule = {
  pattern: /^[A-Za-z0-9._:/-]{1,100}$/,
  text: '1 to 100 of A-Z, a-z, 0-9 and . _ : / -',
}

/** Without control characters, line separators and lone surrogates, which databases refuse or terminals obey. */
const LABEL: Rule = {
  pattern: /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,200}$/u,
  text: '1 to 200 characters without control characters',
}

const RULES: { readonly [kind in NameKind]: Rule } = {
  task: IDENTIFIER,
  queue: IDENTIFIER,
  worker: IDENTIFIER,
  tag: LABEL,
  key: LABEL,
}

/**
 * Returns the name if it is one.
 * @throws InvalidOptionError that states the rule and shows the value, escaped and cut
 */
export function checkName(kind: NameKind, value: unknown): string {
  const { pattern, text } = RULES[kind]
  if (typeof value === 'string' && pattern.test(value)) return value
  throw new InvalidOptionError({
    option: kind,
    problem: `${showValue(value)} is no name for a ${kind}.`,
    cure: `Give a text of ${text}.`,
  })
}
