/** graphile-worker in this process, with its own defaults but for the number of jobs at once. */
import type { Runner, WorkerUtils } from 'graphile-worker'
import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import type { Contender } from '../contender.ts'
import { EndCount } from './end-count.ts'
import { dropSchemas } from './reachable-postgres.ts'

const TASK = 'noop'
const logger = new Logger(() => () => {})

export class GraphileInline implements Contender {
  readonly #utils: WorkerUtils
  readonly #options: { readonly connectionString: string; readonly schema: string; readonly logger: Logger }
  readonly #ended = new EndCount()
  #runner: Runner | undefined

  private constructor(
    utils: WorkerUtils,
    options: { connectionString: string; schema: string; logger: Logger },
  ) {
    this.#utils = utils
    this.#options = options
  }

  static async start(connectionString: string, name: string): Promise<GraphileInline> {
    const options = { connectionString, schema: `bench_graphile_${name}_${process.pid}`, logger }
    const utils = await makeWorkerUtils(options)
    await utils.migrate()
    return new GraphileInline(utils, options)
  }

  add(data: number): Promise<unknown> {
    return this.#utils.addJob(TASK, { data })
  }

  async addMany(count: number): Promise<void> {
    await this.#utils.addJobs(
      Array.from({ length: count }, (_, data) => ({ identifier: TASK, payload: { data } })),
    )
  }

  async work(concurrency: number, onRun: (data: number) => void): Promise<void> {
    const noop = (payload: unknown) => onRun(Number(Object(payload).data))
    this.#runner = await run({
      ...this.#options,
      concurrency,
      noHandleSignals: true,
      taskList: { [TASK]: noop },
    })
    this.#runner.events.on('job:complete', () => {
      this.#ended.add()
    })
  }

  done(count: number): Promise<void> {
    return this.#ended.reach(count)
  }

  async rest(): Promise<void> {
    await this.#runner?.stop()
    this.#runner = undefined
  }

  async stop(): Promise<void> {
    await this.rest()
    await this.#utils.release()
    await dropSchemas(this.#options.connectionString, this.#options.schema)
  }
}
