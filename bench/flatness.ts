import type { Client, Transport } from '@hotline/core'
import { createClient, implement, memory } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import type { Contest, Figures } from './contest.ts'
import { noop } from './tasks.ts'

const BATCH = 2000
const KEPT = [1000, 10_000, 100_000]
const PAGE = 50
const PAGES = 200

const runName = (kept: number) => `a job, ${kept.toLocaleString('en')} finished`
const pageName = (kept: number) => `a page of jobs, ${kept.toLocaleString('en')} finished`
const [few = 0] = KEPT
const many = KEPT.at(-1) ?? 0

/** What a job and a page of the list cost beside jobs that are finished and kept. */
export const flatness: Contest = {
  name: 'flatness',
  title: `cost beside finished jobs, memory, inline`,
  unit: 'µs',
  targets: [
    { of: runName(many), to: runName(few), atMost: 1.2 },
    { of: pageName(many), to: pageName(few), atMost: 1.2 },
  ],
  async open() {
    const fields = await Promise.all(KEPT.map(ground))
    const sides = fields.map(({ client, kept }) => async (): Promise<Figures> => {
      const run = await timed(() => batch(client, BATCH))
      const pages = await timed(async () => {
        for (let page = 0; page < PAGES; page++) await Array.fromAsync(client.jobs({ limit: PAGE }))
      })
      return { [runName(kept)]: (run / BATCH) * 1000, [pageName(kept)]: (pages / PAGES) * 1000 }
    })
    const close = async () => {
      for (const field of fields) await field.stop()
    }
    return { sides, close }
  },
}

/** A backend with so many finished jobs. */
async function ground(kept: number) {
  const transport: Transport = memory()
  const client = createClient({ transport })
  const handlers = [implement(noop, (n) => n)]
  const worker = createWorker({ transport, handlers, isolation: 'inline', concurrency: 16 })
  await worker.start()
  for (let left = kept; left > 0; left -= BATCH) await batch(client, Math.min(left, BATCH))
  const stop = async () => {
    await worker.stop()
    await client.close()
  }
  return { client, kept, stop }
}

async function batch(client: Client, size: number): Promise<void> {
  const handles = await client.enqueueMany(
    noop,
    Array.from({ length: size }, (_, input) => ({ input })),
  )
  await Promise.all(handles.map((job) => job.result()))
}

async function timed(run: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await run()
  return performance.now() - began
}
