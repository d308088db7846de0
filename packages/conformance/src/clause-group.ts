import type { Backend } from './backend.ts'
import type { Clause } from './clause.ts'
import { bulkClauses } from './clauses/bulk.ts'
import { controlClauses } from './clauses/control.ts'
import { exitClauses } from './clauses/exit.ts'
import { faultClauses } from './clauses/faults.ts'
import { joinedStepClauses } from './clauses/joined-steps.ts'
import { leaseClauses } from './clauses/lease.ts'
import { lifecycleClauses } from './clauses/lifecycle.ts'
import { logClauses } from './clauses/log.ts'
import { queueClauses } from './clauses/queue.ts'
import { recordClauses } from './clauses/record.ts'
import { secondProcessClauses } from './clauses/second-process.ts'
import { streamClauses } from './clauses/stream.ts'
import type { Link } from './scene.ts'

/** Clauses that run under the same conditions. */
export interface ClauseGroup {
  /** What the conditions are, and what of the backend made them apply. */
  readonly title: string
  readonly link: Link
  readonly clauses: readonly Clause[]
}

const everyBackend: readonly Clause[] = [
  ...queueClauses,
  ...joinedStepClauses,
  ...leaseClauses,
  ...logClauses,
  ...recordClauses,
  ...streamClauses,
  ...controlClauses,
  ...lifecycleClauses,
  ...bulkClauses,
]

/** The groups that apply to a backend, which follows from what it has. */
export function groupsOf({ address, holder }: Backend): readonly ClauseGroup[] {
  const straight: ClauseGroup = { title: 'straight', link: 'straight', clauses: everyBackend }
  const alone: ClauseGroup = {
    title: 'in one process, for want of a holder',
    link: 'straight',
    clauses: exitClauses,
  }
  const two: ClauseGroup = {
    title: 'with a second process, since there is a holder',
    link: 'straight',
    clauses: secondProcessClauses,
  }
  const proxied: ClauseGroup = {
    title: 'through a TCP proxy, since there is an address',
    link: 'proxied',
    clauses: [...everyBackend, ...faultClauses],
  }
  return [straight, holder === undefined ? alone : two, ...(address === undefined ? [] : [proxied])]
}

/** One line that says what runs and why, and what does not. */
export function summaryOf(backend: Backend): string {
  const { address, holder } = backend
  return [
    'straight: always',
    holder === undefined
      ? 'second process: not here, create() gave no holder'
      : 'second process: runs, there is a holder',
    address === undefined
      ? 'TCP proxy: not here, create() gave no address'
      : 'TCP proxy: runs, there is an address',
  ].join(' · ')
}
