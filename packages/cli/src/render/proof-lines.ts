import { formatBytes, formatDuration, type Proof, witnessLines } from '@hotline/core'
import { counted } from './counted.ts'
import { inertText } from './inert-text.ts'
import type { Page } from './page.ts'

const MOST_WITNESSES = 20

/** The proof, from the event log alone: its numbers, the witnesses of what is wrong, and the verdict last. */
export function proofLines(proof: Proof, { paint }: Page): string[] {
  const { jobs, attempts, peakRunning, limit, peakHeldIdle, lost, duplicates, gaps, peakRss } = proof
  const { makespanMs, idealMs, efficiency } = proof
  const share = `${(efficiency * 100).toFixed(1)} %`
  const memory = peakRss === undefined ? '' : ` · peak memory of a job ${formatBytes(peakRss)}`
  const schedule = `makespan ${formatDuration(makespanMs)}, ideal list schedule ${formatDuration(idealMs)}: ${share}`
  const witnesses = witnessLines(proof)
  const more = Object.values(proof.violationCounts).reduce((sum, count) => sum + count, 0) - MOST_WITNESSES
  return [
    `proof  ${counted(jobs, 'job')} in ${counted(attempts, 'attempt')} · lost ${lost} · duplicates ${duplicates} · gaps ${gaps}`,
    `       peak running ${peakRunning} of ${limit} · held minus running ${peakHeldIdle}`,
    `       ${schedule}${memory}`,
    ...witnesses.slice(0, MOST_WITNESSES).map((line) => paint('bad', `  ${inertText(line)}`)),
    ...(more > 0 ? [paint('bad', `  and ${more} more`)] : []),
    verdictLine(proof, paint),
  ]
}

/** What the proof comes to, in a sentence. */
export function verdictText({ verdict }: Pick<Proof, 'verdict'>): string {
  if (verdict === 'proved') return 'The bound held. The event log alone proves it.'
  if (verdict === 'refuted') return 'The bound did not hold.'
  return 'The event log is not whole, so nothing is proved.'
}

function verdictLine(proof: Proof, paint: Page['paint']): string {
  const tone = { proved: 'good', refuted: 'bad', unprovable: 'warning' } as const
  return paint(tone[proof.verdict], verdictText(proof))
}
