import type { Outcome } from './contest.ts'
import type { Machine } from './machine.ts'

/** The whole run as text. */
export function tableOf(machine: Machine, outcomes: readonly Outcome[]): string {
  const { cpu, cores, memory, system, node, peers } = machine
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`)
  const head = `${cpu}, ${cores} cores, ${memory}, ${system}, Node ${node}, ${versions.join(', ')}`
  return [head, ...outcomes.map(sectionOf)].join('\n\n')
}

function sectionOf({ title, unit, rounds, series, verdicts, absent }: Outcome): string {
  const names = series.map(({ name }) => name)
  const width = Math.max(...names.map((name) => name.length), 1)
  const rows = series.map(
    ({ name, median, least, most }) =>
      `  ${name.padEnd(width)}  ${figure(median).padStart(9)}  (${figure(least)} to ${figure(most)})`,
  )
  const judged = verdicts.map(
    ({ says, value, isMet }) => `  ${isMet ? 'met   ' : 'MISSED'} ${says}, is ${ratio(value)}`,
  )
  const missing = absent.map((line) => `  absent ${line}`)
  return [`${title}; ${unit}, median of ${rounds} rounds`, ...rows, ...judged, ...missing].join('\n')
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })
}

function ratio(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 3 : 0 })
}
