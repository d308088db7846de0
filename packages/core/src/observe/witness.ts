import type { Proof, Violation } from './proof.ts'

/**
 * The violations as plain text, a line for each with its kind, its time (UTC), what happened and its jobs. Sorted by
 * time, then by the text itself, so that whoever reads the same log gets the same lines.
 */
export function witnessLines({ violations }: Pick<Proof, 'violations'>): string[] {
  const line = ({ kind, text, jobs, from, to }: Violation): string => {
    const span = from === to ? iso(from) : `${iso(from)} to ${iso(to)}`
    const whom = jobs.length === 0 ? '' : ` [${jobs.toSorted().join(' ')}]`
    return `${kind}  ${span}  ${text}${whom}`
  }
  const sorted = violations.map((violation) => ({ violation, text: line(violation) }))
  sorted.sort((a, b) => a.violation.from - b.violation.from || (a.text < b.text ? -1 : 1))
  return sorted.map(({ text }) => text)
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
