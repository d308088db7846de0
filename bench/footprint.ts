import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Contest, Figures } from './contest.ts'

const host = new URL('./footprint-host.mjs', import.meta.url)
const SMALL = '--max-semi-space-size=4'

/**
 * Resident memory of a process that holds client, supervisor and the memory transport; its children do the jobs. With
 * Node's defaults V8 lets its young generation grow with the memory of the machine as long as there is garbage to
 * make, which these jobs do 5,000 times a second. The target is for a process that is told not to.
 */
export const footprint: Contest = {
  name: 'footprint',
  title: 'memory of the supervisor over 10,000 jobs that do nothing in child processes',
  unit: 'MB',
  targets: [
    { of: `RSS at the most, ${SMALL}`, atMost: 120 },
    { of: 'in use after 10,000', to: 'in use after 1,000', atMost: 1.1 },
  ],
  async open() {
    return { sides: [() => round([SMALL], `, ${SMALL}`), () => round([], '')], close: async () => {} }
  },
}

async function round(flags: readonly string[], label: string): Promise<Figures> {
  const child = fork(host, { execArgv: [...process.execArgv, '--expose-gc', ...flags] })
  const [figures]: { readonly [name: string]: number }[] = await once(child, 'message')
  await once(child, 'exit')
  return Object.fromEntries(Object.entries(figures ?? {}).map(([name, value]) => [name + label, value]))
}
