/** A master, its replica and a sentinel that watches them: the smallest set-up in which one Redis takes over from another. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, PrivateRedis, untilAnswers } from './private-redis.ts'

const NAME = 'hotline'
const DOWN_AFTER_MS = 500

export class RedisSentinel implements AsyncDisposable {
  readonly master: PrivateRedis
  readonly replica: PrivateRedis
  /** For ioredis. */
  readonly options: { readonly name: string; readonly sentinels: { host: string; port: number }[] }
  readonly #stop: () => Promise<void>

  private constructor(master: PrivateRedis, replica: PrivateRedis, port: number, stop: () => Promise<void>) {
    this.master = master
    this.replica = replica
    this.options = { name: NAME, sentinels: [{ host: '127.0.0.1', port }] }
    this.#stop = stop
  }

  static async start(): Promise<RedisSentinel> {
    const master = await PrivateRedis.start({ appendonly: 'yes' })
    const replica = await PrivateRedis.start({ appendonly: 'yes', replicaof: `127.0.0.1 ${master.port}` })
    const port = await freePort()
    const folder = await mkdtemp(path.join(tmpdir(), 'hotline-sentinel-'))
    const file = path.join(folder, 'sentinel.conf')
    const lines = [
      ...['bind 127.0.0.1', `port ${port}`, `dir ${folder}`],
      `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} 3000`,
    ]
    await writeFile(file, `${lines.join('\n')}\n`)
    const watcher = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
    await untilAnswers(`redis://127.0.0.1:${port}`)
    return new RedisSentinel(master, replica, port, async () => {
      const exited = once(watcher, 'exit')
      watcher.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop()
    await this.master[Symbol.asyncDispose]()
    await this.replica[Symbol.asyncDispose]()
  }
}
