import { setTimeout } from 'node:timers/promises'
import type { EventOf, Client as HotlineClient, JobId } from '@hotline/core'
import { createClient } from '@hotline/core'
import { Client } from 'pg'
import type { Contest, Figures } from '../contest.ts'
import { needPostgres } from '../peers/reachable-postgres.ts'
import { noop } from '../tasks.ts'
import { postgresLand } from './postgres-land.ts'

const OPEN_MS = 500
const EVENTS = 20
const FREE = 'a reader of the log, no transaction open'
const LOG = `a reader of the log, a transaction open for ${OPEN_MS} ms`
const HANDLE_FREE = 'a handle, no transaction open'
const HANDLE = 'a handle, the same transaction open'

/**
 * From the commit of an event to who waits for it, while somebody else's transaction that has written stays open. A reader
 * of the whole log waits for its end, since what that writes may come before; a handle does not.
 */
export const postgresStall: Contest = {
  name: 'postgres-stall',
  title: `PostgreSQL, an event beside a long writing transaction, median of ${EVENTS}`,
  unit: 'ms',
  targets: [
    { of: LOG, atMost: OPEN_MS + 250 },
    { of: HANDLE, to: HANDLE_FREE, atMost: 1.5 },
  ],
  async open() {
    const url = await needPostgres()
    const land = postgresLand(url, 'stall')
    const [producer, reader] = [
      createClient({ transport: land.connect() }),
      createClient({ transport: land.connect() }),
    ]
    await reader.workers()
    const writer = new Client({ connectionString: url })
    await writer.connect()
    const behind = (waits: typeof logWait) => async () => {
      await writer.query('begin')
      await writer.query('select pg_current_xact_id()')
      const [wait] = await Promise.all([
        waits(producer, reader),
        setTimeout(OPEN_MS).then(() => writer.query('commit')),
      ])
      return wait
    }
    return {
      sides: [
        () => median(FREE, () => logWait(producer, reader)),
        () => median(LOG, behind(logWait)),
        () => median(HANDLE_FREE, () => handleWait(producer, reader)),
        () => median(HANDLE, behind(handleWait)),
      ],
      close: async () => {
        await writer.end()
        await Promise.all([producer.close(), reader.close()])
        await land.clear()
      },
    }
  },
}

/** n.b. the event may be there before the call that caused it returns, and one of an earlier job after it. */
async function logWait(producer: HotlineClient, reader: HotlineClient): Promise<number> {
  const heard = new Map<JobId, number>()
  let onHeard = () => {}
  const listen = ({ jobId }: EventOf<'job.queued'>) => {
    heard.set(jobId, performance.now())
    onHeard()
  }
  reader.events.on('job.queued', listen)
  const { id } = await producer.enqueue(noop, 1)
  const committed = performance.now()
  while (!heard.has(id)) {
    await new Promise<void>((resolve) => {
      onHeard = resolve
    })
  }
  reader.events.off('job.queued', listen)
  return Math.max(0, (heard.get(id) ?? 0) - committed)
}

async function handleWait(producer: HotlineClient, reader: HotlineClient): Promise<number> {
  const job = await producer.enqueue(noop, 1, { delay: '1h' })
  const seen = await reader.handle(noop, job.id)
  const events = seen.events()
  const cancelled = (async () => {
    for await (const { type } of events) if (type === 'job.cancelled') return
  })()
  await job.cancel()
  const committed = performance.now()
  await cancelled
  return performance.now() - committed
}

async function median(name: string, wait: () => Promise<number>): Promise<Figures> {
  const waits: number[] = []
  for (let event = 0; event < EVENTS; event++) waits.push(await wait())
  return { [name]: waits.toSorted((a, b) => a - b)[EVENTS / 2] ?? Number.NaN }
}
