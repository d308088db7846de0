import { setTimeout } from 'node:timers/promises'
import type { Client as HotlineClient, Transport } from '@hotline/core'
import { createClient } from '@hotline/core'
import { Client } from 'pg'
import type { Contest, Figures } from '../contest.ts'
import { needPostgres } from '../peers/reachable-postgres.ts'
import { noop } from '../tasks.ts'
import { postgresLand } from './postgres-land.ts'

const PER_SECOND = 50
/** How long the transaction is open in each round. */
const OPEN_MS = Number(process.env.HOTLINE_BENCH_OPEN_MS ?? 30_000)
const FIRST = 'reserve, p99, first fifth'
const LAST = 'reserve, p99, last fifth'

/**
 * Dead rows stay as long as an open transaction may still see them. How much that costs a worker: jobs come at 50 a second
 * while a reading transaction is open. HOTLINE_BENCH_OPEN_MS=600000 has it open for ten minutes.
 */
export const postgresVacuum: Contest = {
  name: 'postgres-vacuum',
  title: `PostgreSQL, ${PER_SECOND} jobs a second beside a reading transaction that is open for ${OPEN_MS / 1000} s`,
  unit: 'ms',
  targets: [{ of: LAST, to: FIRST, atMost: 5 }],
  async open() {
    const url = await needPostgres()
    const land = postgresLand(url, 'vacuum')
    const transport = land.connect()
    const client = createClient({ transport })
    await client.workers()
    const reader = new Client({ connectionString: url })
    await reader.connect()
    const round = async (): Promise<Figures> => {
      await reader.query('begin isolation level repeatable read')
      await reader.query('select count(*) from pg_class')
      const waits = await reserveWaits(client, transport)
      await reader.query('rollback')
      const fifth = Math.floor(waits.length / 5)
      return { [FIRST]: p99(waits.slice(0, fifth)), [LAST]: p99(waits.slice(-fifth)) }
    }
    return {
      sides: [round],
      close: async () => {
        await reader.end()
        await client.close()
        await land.clear()
      },
    }
  },
}

/** One job after the other: enqueued, reserved, settled. Only the reserve is timed. */
async function reserveWaits(client: HotlineClient, transport: Transport): Promise<number[]> {
  const holder = { worker: 'bench', slot: 0, pid: process.pid }
  const { signal } = new AbortController()
  const waits: number[] = []
  for (const until = performance.now() + OPEN_MS; performance.now() < until; ) {
    const turn = setTimeout(1000 / PER_SECOND)
    await client.enqueue(noop, 1)
    const began = performance.now()
    const lease = await transport.queue.reserve(['default'], { holder, signal })
    waits.push(performance.now() - began)
    if (lease === undefined) throw new Error('A reserve ended without a job.')
    const { id, attempt } = lease.job
    await lease.settle([{ type: 'job.succeeded', jobId: id, attempt, result: 1, runMs: 1 }])
    await turn
  }
  return waits
}

function p99(waits: readonly number[]): number {
  return waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN
}
