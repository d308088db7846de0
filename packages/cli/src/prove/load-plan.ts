import os from 'node:os'
import { formatBytes, InvalidOptionError } from '@hotline/core'
import { isWithinProcess } from '../adapters.ts'
import type { Given } from '../given.ts'
import type { Load } from './load-task.ts'

/** What to prove the bound with. */
export interface LoadPlan {
  readonly jobs: number
  /** CPU time of a job on average, in ms. */
  readonly cpuMs: number
  readonly bytes: number
  readonly workers: number
  /** Jobs at once, of each worker. */
  readonly concurrency: number
  readonly kill: boolean
}

const DEFAULTS = { jobs: 100, cpuMs: 250, bytes: 100_000_000, workers: 2 } as const
const MOST_JOBS = 100_000
const MOST_WORKERS = 64
/** What a process takes before it does anything. */
const PROCESS_BYTES = 80 * 2 ** 20
const SHARE_OF_MEMORY = 0.8
/** One less than the golden ratio: its multiples fall evenly, whatever their number. */
const GOLDEN = 0.618034

/** The plan of the options. @throws InvalidOptionError for what this machine or this backend cannot do */
export function planOf(given: Given, url: string): LoadPlan {
  const cpuMs = given.duration('cpu') ?? DEFAULTS.cpuMs
  const bytes = given.bytes('memory') ?? DEFAULTS.bytes
  const workers = atMost('workers', given.count('workers') ?? DEFAULTS.workers, MOST_WORKERS)
  const jobs = atMost('jobs', given.count('jobs') ?? DEFAULTS.jobs, MOST_JOBS)
  const concurrency = given.count('concurrency') ?? spread(os.availableParallelism(), workers, bytes)
  const kill = given.flag('kill')
  if (kill && isWithinProcess(url)) {
    const problem = '--kill is for workers that are processes, and this backend lives within one.'
    throw new InvalidOptionError({
      option: 'kill',
      problem,
      cure: 'Give the URL of a server, or leave --kill.',
    })
  }
  const plan = { jobs, cpuMs, bytes, workers, concurrency, kill }
  checkMemory(plan)
  return plan
}

/** The loads of the jobs: from half the average to one and a half, mixed, the same for each run. */
export function loadsOf({ jobs, cpuMs, bytes }: LoadPlan): Load[] {
  return Array.from({ length: jobs }, (_, index) => ({
    cpuMs: Math.round(cpuMs * (0.5 + ((index * GOLDEN) % 1))),
    bytes,
  }))
}

/** So many for each worker that all CPUs have work and the memory holds it, one at least. */
function spread(cpus: number, workers: number, bytes: number): number {
  const fitting = Math.floor((os.totalmem() * SHARE_OF_MEMORY) / (bytes + PROCESS_BYTES))
  return Math.max(1, Math.floor(Math.min(cpus, fitting) / workers))
}

function checkMemory({ workers, concurrency, bytes }: LoadPlan): void {
  const wanted = workers * concurrency * (bytes + PROCESS_BYTES)
  const there = os.totalmem()
  if (wanted <= there) return
  const problem = `${workers * concurrency} jobs at once would take ${formatBytes(wanted)}, and this machine has ${formatBytes(there)}.`
  throw new InvalidOptionError({
    option: 'memory',
    problem,
    cure: 'Give less --memory, --workers or --concurrency.',
  })
}

function atMost(option: string, value: number, most: number): number {
  if (value <= most) return value
  throw new InvalidOptionError({ option, problem: `--${option} is ${value}.`, cure: `Give at most ${most}.` })
}
