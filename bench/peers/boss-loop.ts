/**
 * pg-boss alone, as fast as it goes with one job in hand per slot: a loop of `fetch` of one and `complete`, woken by its
 * notifications. Its own `work()` polls twice a second at the most.
 */
import { createHash } from 'node:crypto'
import { PgBoss } from 'pg-boss'
import type { Contender } from '../contender.ts'
import { EndCount } from './end-count.ts'
import { dropSchemas } from './reachable-postgres.ts'

const QUEUE = 'noop'
/** Between looks while nothing is heard, in ms. */
const FLOOR_MS = 1000

export class BossLoop implements Contender {
  readonly #boss: PgBoss
  readonly #url: string
  readonly #schema: string
  readonly #wakes = new Set<() => void>()
  readonly #ended = new EndCount()
  #slots: Promise<void>[] = []
  #isResting = true

  private constructor(url: string, schema: string) {
    this.#url = url
    this.#schema = schema
    this.#boss = new PgBoss({
      connectionString: url,
      schema,
      useListenNotify: true,
      supervise: false,
      schedule: false,
    })
    this.#boss.on('error', () => {})
  }

  static async start(url: string, name: string): Promise<BossLoop> {
    const loop = new BossLoop(url, `bench_boss_${name}_${process.pid}`)
    await loop.#boss.start()
    await loop.#boss.createQueue(QUEUE, { notify: true })
    await loop.#listen()
    return loop
  }

  add(data: number): Promise<unknown> {
    return this.#boss.send(QUEUE, { data })
  }

  async addMany(count: number): Promise<void> {
    await this.#boss.insert(
      QUEUE,
      Array.from({ length: count }, (_, data) => ({ data: { data } })),
    )
  }

  async work(concurrency: number, onRun: (data: number) => void): Promise<void> {
    this.#isResting = false
    this.#slots = Array.from({ length: concurrency }, () => this.#loop(onRun))
  }

  done(count: number): Promise<void> {
    return this.#ended.reach(count)
  }

  async rest(): Promise<void> {
    this.#isResting = true
    for (const wake of [...this.#wakes]) wake()
    await Promise.all(this.#slots)
  }

  async stop(): Promise<void> {
    await this.rest()
    await this.#boss.stop({ graceful: false })
    await dropSchemas(this.#url, this.#schema)
  }

  async #listen(): Promise<void> {
    // As pg-boss names it.
    const channel = `pgboss_${createHash('sha224').update(this.#schema).digest('hex').slice(0, 24)}`
    const wakeAll = () => {
      for (const wake of [...this.#wakes]) wake()
    }
    await this.#boss.getDb().listen?.(channel, wakeAll, wakeAll)
  }

  async #loop(onRun: (data: number) => void): Promise<void> {
    while (!this.#isResting) {
      const [job] = await this.#boss.fetch<{ data: number }>(QUEUE, { batchSize: 1, includeMetadata: true })
      if (job === undefined) {
        await this.#hint()
        continue
      }
      onRun(job.data.data)
      await this.#boss.complete(QUEUE, job, { data: job.data.data })
      this.#ended.add()
    }
  }

  #hint(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#wakes.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, FLOOR_MS)
      this.#wakes.add(wake)
      if (this.#isResting) wake()
    })
  }
}
