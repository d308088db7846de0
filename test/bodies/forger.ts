/** A stranger who knows the formats, and keeps none of them. What he forges is the same for a seed. */
import { seeded } from '../mulberry.ts'

/** What he writes where a text belongs, on any backend. */
export const TEXTS = [
  '',
  '{}',
  'null',
  '[]',
  '{"v":2}',
  '{"v":1,"type":"job.succeeded"}',
  '"',
  'x'.repeat(5000),
  '{"__proto__":{"polluted":true},"v":1}',
  '1e999',
] as const

export class Forger {
  /** From 0 to below 1. */
  readonly random: () => number

  constructor(seed: string) {
    this.random = seeded(seed)
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.random() * from.length)]
    if (picked === undefined) throw new Error('There is nothing to pick from.')
    return picked
  }

  /** The event that a job has succeeded, which nobody ran. */
  success(jobId: string): string {
    return JSON.stringify({
      ...{ v: 1, seq: 3, at: Date.now(), jobId, task: 'act', queue: 'victims', attempt: 1 },
      ...{ type: 'job.succeeded', result: 'forged', runMs: 1 },
    })
  }

  /** The record of such a job. */
  record(id: string): string {
    const facts = { task: 'act', queue: 'default', state: 'succeeded', result: 'forged' }
    return JSON.stringify({ v: this.pick([1, 2, 'x', null]), id, ...facts })
  }
}
