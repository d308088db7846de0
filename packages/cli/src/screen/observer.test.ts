import { createClient, LiveModel, type Observation } from '@hotline/core'
import { expect, test } from 'vitest'
import { scene } from '../testing/scene.ts'
import { quick } from '../testing/tasks.ts'
import { observe } from './observer.ts'

/** Follows a backend; `until` resolves when the scene is as wanted. */
function follow(client: ReturnType<typeof createClient>, from = 'now') {
  const stop = new AbortController()
  const model = new LiveModel()
  const seen: Observation[] = []
  const waiting = new Set<() => void>()
  const done = observe({
    ...{ client, backend: 'memory', from, signal: stop.signal, paceMs: () => 20 },
    see: (observation) => {
      seen.push(observation)
      model.see(observation)
      for (const look of waiting) look()
    },
  })
  const until = (isSo: (model: LiveModel) => boolean): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = (): void => {
      if (isSo(model)) resolve()
    }
    waiting.add(look)
    look()
    return promise
  }
  return { model, seen, until, done, stop: () => stop.abort() }
}

test('first shows the jobs there are, then what happens to them and to others', async () => {
  await using its = await scene()
  const early = await its.client.enqueue(quick, 1)
  const it = follow(its.client)
  await it.until((model) => model.scene().queued === 1)
  await its.client.enqueue(quick, 2)
  await early.cancel()
  await its.client.pause('default')
  await it.until((model) => model.scene().events === 3 && model.scene().ended.cancelled === 1)
  expect(it.model.scene()).toMatchObject({ queued: 1, gaps: 0, paused: ['default'], backend: 'memory' })
  it.stop()
  await it.done
})

test('from the start of the log the events alone tell, and many of them come in full', async () => {
  await using its = await scene()
  const jobs = Array.from({ length: 1000 }, (_, index) => ({ task: quick, input: index }))
  await its.client.enqueueMany(
    quick,
    jobs.map(({ input }) => ({ input })),
  )
  const it = follow(its.client, 'start')
  await it.until((model) => model.scene().events === 1000)
  expect(it.seen.some(({ type }) => type === 'jobs.seen')).toBe(false)
  expect(it.model.scene().queued).toBe(1000)
  it.stop()
  await it.done
})

test('a wrong cursor is told, and a backend that is gone is said once, and shown as it was', async () => {
  await using its = await scene()
  await expect(follow(its.client, 'never').done).rejects.toThrow('is not a cursor')
  const { transport } = its
  const client = createClient({ transport })
  await client.enqueue(quick, 1)
  const it = follow(client)
  await it.until((model) => model.scene().queued === 1)
  await client.close()
  await it.until((model) => model.scene().outage !== undefined)
  expect(it.model.scene()).toMatchObject({ queued: 1 })
  it.stop()
  await it.done
  expect(it.seen.filter(({ type }) => type === 'backend.lost')).toHaveLength(1)
})
