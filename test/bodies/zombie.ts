/**
 * A supervisor stands still while its lease lapses, and wakes up again. Whatever it then says of its job comes too late.
 * One body for all backends that processes share. A gate per attempt decides which process ends, and when.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { HotlineEvent, JobHandle } from '@hotline/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { isAlive } from '../is-alive.ts'
import { seeded } from '../mulberry.ts'
import type { CreateStage } from '../stage.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { untilState } from '../until-state.ts'
import type { WorkerProcess } from '../worker-process.ts'

const PROMISED_MS = 2000
const STOPS = 50
const AT_ONCE = 5

export function zombie(name: string, create: CreateStage): void {
  describe(`a supervisor that was frozen for two leases on ${name}`, () => {
    test('cannot change the result of the job that another one finished', async () => {
      await using scene = await Scene.begin(create)
      await scene.freeze()
      await scene.open(1)
      await scene.secondStarts()
      await scene.open(2)
      expect(await scene.job.result({ timeout: '20s' })).toBe(2)
      scene.zombie.thaw()
      await scene.fenced('final')
      expect((await scene.job.refresh()).state).toBe('succeeded')
      expect(await scene.job.result()).toBe(2)
    }, 60_000)

    test('cannot end the job that another one runs', async () => {
      await using scene = await Scene.begin(create)
      await scene.freeze()
      await scene.open(1)
      await scene.secondStarts()
      scene.zombie.thaw()
      await scene.fenced('fenced')
      expect((await scene.job.refresh()).state).toBe('running')
      await scene.open(2)
      expect(await scene.job.result({ timeout: '20s' })).toBe(2)
    }, 60_000)

    test('ends its child within 2 s', async () => {
      await using scene = await Scene.begin(create)
      const old = scene.job.attempts[0]?.pid ?? 0
      await scene.freeze()
      await scene.secondStarts()
      scene.zombie.thaw()
      await vi.waitFor(() => expect(isAlive(old)).toBe(false), { timeout: PROMISED_MS, interval: 10 })
      await scene.open(2)
      expect(await scene.job.result({ timeout: '20s' })).toBe(2)
      expect(scene.job.attempts).toMatchObject([{ ended: 'lost' }, { ended: 'succeeded' }])
    }, 60_000)
  })

  test(`${STOPS} supervisors frozen at random moments: every job has one end, and nothing is lost, on ${name}`, async () => {
    const random = seeded(`zombies on ${name}`)
    await using play = await Play.begin(create)
    const client = play.client()
    const events = record(client.events.stream({ from: 'start' }))
    const crew = await Promise.all(Array.from({ length: AT_ONCE + 1 }, () => play.workerProcess()))
    for (let stop = 0; stop < STOPS; stop += AT_ONCE) {
      const lengths = Array.from({ length: 2 * AT_ONCE }, () => Math.round(400 * random()))
      const jobs = await client.enqueueMany(
        act,
        lengths.map((ms) => ({ input: { do: 'spin' as const, ms } })),
      )
      await Promise.all(crew.slice(1).map((worker) => freezeAt(worker, 800 * random())))
      const results = await Promise.all(jobs.map((job) => job.result({ timeout: '60s' })))
      expect(results).toEqual(jobs.map(() => 'spun'))
    }
    await vi.waitFor(() => expect(countEnds(events)).toEqual(new Map([[1, (STOPS / AT_ONCE) * 2 * AT_ONCE]])))
  }, 300_000)
}

/** The moment is random, so that over the rounds a supervisor is caught in whatever it does. */
async function freezeAt(worker: WorkerProcess, delay: number): Promise<void> {
  await setTimeout(delay)
  worker.freeze()
  await setTimeout(1.5 * LEASE_MS)
  worker.thaw()
}

function record(stream: AsyncIterable<HotlineEvent>): HotlineEvent[] {
  const events: HotlineEvent[] = []
  void (async () => {
    for await (const event of stream) events.push(event)
  })().catch(() => {})
  return events
}

/** How many jobs have how many final events. */
function countEnds(events: readonly HotlineEvent[]): Map<number, number> {
  const ends = Map.groupBy(
    events.filter(({ type }) => type === 'job.succeeded' || type === 'job.failed'),
    (event) => ('jobId' in event ? event.jobId : ''),
  )
  const counts = new Map<number, number>()
  for (const { length } of ends.values()) counts.set(length, (counts.get(length) ?? 0) + 1)
  return counts
}

/** One job that waits at its gate, on a supervisor to be frozen. */
class Scene implements AsyncDisposable {
  readonly #play: Play
  readonly #gate: string
  readonly #events: HotlineEvent[]
  readonly zombie: WorkerProcess
  readonly job: JobHandle

  private constructor(
    play: Play,
    gate: string,
    events: HotlineEvent[],
    worker: WorkerProcess,
    job: JobHandle,
  ) {
    this.#play = play
    this.#gate = gate
    this.#events = events
    this.zombie = worker
    this.job = job
  }

  static async begin(create: CreateStage): Promise<Scene> {
    const folder = await mkdtemp(path.join(tmpdir(), 'hotline-zombie-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const gate = path.join(folder, 'gate')
    const play = await Play.begin(create)
    const client = play.client()
    const events = record(client.events.stream({ from: 'start' }))
    const worker = await play.workerProcess()
    const job = await client.enqueue(act, { do: 'gate', file: gate })
    await untilState(job, 'running')
    // Frozen any sooner, the supervisor may not have told its child of the job, and there is nothing to refuse.
    await vi.waitFor(() => expect(existsSync(`${gate}.1.reached`)).toBe(true), { timeout: 20_000 })
    return new Scene(play, gate, events, worker, job)
  }

  /** Lets the child of this attempt end. Resolves when it does. */
  async open(attempt: number): Promise<void> {
    const gate = `${this.#gate}.${attempt}`
    writeFileSync(gate, '')
    await vi.waitFor(() => expect(existsSync(`${gate}.passed`)).toBe(true), { timeout: 20_000 })
  }

  /** Until its lease has lapsed. What its child does from now on, it hears when it wakes up. */
  async freeze(): Promise<void> {
    this.zombie.freeze()
    await vi.waitFor(async () => expect((await this.job.refresh()).state).not.toBe('running'), {
      timeout: 3 * LEASE_MS,
    })
  }

  async secondStarts(): Promise<void> {
    await this.#play.workerProcess({ name: 'second' })
    await untilState(this.job, 'running')
    expect(this.job.attempts).toMatchObject([{ attempt: 1, ended: 'lost' }, { attempt: 2 }])
  }

  /** Waits for the one refusal that the log tells of. */
  async fenced(why: 'final' | 'fenced'): Promise<void> {
    const refusals = () => this.#events.filter(({ type }) => type === 'attempt.fenced')
    await vi.waitFor(() => expect(refusals()).toHaveLength(1), { timeout: 20_000 })
    expect(refusals()).toMatchObject([{ jobId: this.job.id, attempt: 1, refused: 'job.succeeded', why }])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#play[Symbol.asyncDispose]()
  }
}
