import { readFileSync } from 'node:fs'

/** Statements of `sql/`, whose tops say what they do and promise. */
export type StatementName =
  | 'append-event'
  | 'beat'
  | 'bury'
  | 'changed-jobs'
  | 'clock-offset'
  | 'dead'
  | 'due'
  | 'extend'
  | 'forget'
  | 'forget-inputs'
  | 'found'
  | 'head'
  | 'input'
  | 'insert-input'
  | 'insert-job'
  | 'job'
  | 'last-message'
  | 'leave'
  | 'list'
  | 'list-open'
  | 'log-bounds'
  | 'messages'
  | 'move-beats'
  | 'move-leases'
  | 'next-due'
  | 'now'
  | 'oldest-event'
  | 'pause'
  | 'paused'
  | 'read'
  | 'read-job'
  | 'resume'
  | 'send'
  | 'set-aside'
  | 'set-clock-offset'
  | 'silence'
  | 'soonest'
  | 'trim'
  | 'trimmed'
  | 'unbury'
  | 'unsend'
  | 'workers'
  | 'write-job'

const texts = new Map<StatementName, string>()

/** The text of a statement. Each file is read once. */
export function statementText(name: StatementName): string {
  const known = texts.get(name)
  if (known !== undefined) return known
  const text = readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8')
  texts.set(name, text)
  return text
}
