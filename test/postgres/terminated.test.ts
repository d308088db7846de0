import { setTimeout } from 'node:timers/promises'
import type { Client, HotlineEvent, JobHandle } from '@hotline/core'
import { expect, test, vi } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { asAdministrator, PrivatePostgres } from '../servers/private-postgres.ts'
import { Play } from '../stage.ts'
import { describePostgres, postgresStageOn } from './postgres-stage.ts'

const ROUNDS = 60
const EVERY_MS = 1000
const TERMINATE = 'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()'

describePostgres(() => {
  test(`connections that are all terminated each second for a minute, under load, lose no job and no event`, async () => {
    const server = await PrivatePostgres.start()
    await using play = await Play.begin(async (wanted) => {
      const stage = await postgresStageOn(server.url)(wanted)
      return { ...stage, end: () => server[Symbol.asyncDispose]() }
    })
    await play.worker({ concurrency: 4, isolation: 'inline' })
    const live = follow(play.client())
    const load = new AbortController()
    const sending = send(play.client(), load.signal)
    for (let round = 0; round < ROUNDS; round++) {
      await setTimeout(EVERY_MS)
      await asAdministrator(server.url, TERMINATE)
    }
    load.abort()
    const jobs = await sending
    expect(jobs.length).toBeGreaterThan(ROUNDS)
    await Promise.all(jobs.map((job) => job.result({ timeout: '60s' })))
    const cold = follow(play.client())
    for (const { ended } of [live, cold])
      await vi.waitFor(() => expect(ended()).toBe(jobs.length), { timeout: 20_000 })
    const last = cold.events.findLastIndex(({ type }) => type === 'job.succeeded')
    expect(live.events.slice(0, last + 1)).toEqual(cold.events.slice(0, last + 1))
  }, 180_000)
})

/** Enqueues until told to stop; each that resolved was acknowledged. */
async function send(client: Client, stop: AbortSignal): Promise<JobHandle[]> {
  const jobs: JobHandle[] = []
  while (!stop.aborted) {
    jobs.push(await client.enqueue(act, { do: 'return', value: jobs.length }))
    await setTimeout(5)
  }
  return jobs
}

/** Reads from the start. */
function follow(client: Client): { readonly events: HotlineEvent[]; readonly ended: () => number } {
  const events: HotlineEvent[] = []
  void (async () => {
    for await (const event of client.events.stream({ from: 'start' })) events.push(event)
  })().catch(() => {})
  return { events, ended: () => events.filter(({ type }) => type === 'job.succeeded').length }
}
