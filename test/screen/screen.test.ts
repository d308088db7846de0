/** The screen as a person has it: `hotline events` in a terminal, on a real backend, with a worker and keys. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '@hotline/core'
import { redis } from '@hotline/redis'
import { describe, expect, test } from 'vitest'
import { describeRedis } from '../redis/redis-stage.ts'
import { serverSuite } from '../server-suite.ts'
import { findProgram } from '../servers/find-program.ts'
import { PrivateRedis } from '../servers/private-redis.ts'
import { importOrders, makeThumbnail, spin } from './screen-tasks.ts'
import { Terminal } from './terminal.ts'

const HOTLINE = fileURLToPath(new URL('../../packages/cli/src/hotline.ts', import.meta.url))
const HANDLERS = fileURLToPath(new URL('./screen-handlers.ts', import.meta.url))
const WIDTH = 100
const HEIGHT = 30

const hasTmux = await findProgram({ program: 'tmux', package: 'tmux' })

/** Resolves when the worker says that it is online; rejects with what it said when it ends instead. */
function untilOnline(worker: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let said = ''
  worker.stderr?.on('data', (piece) => {
    said += String(piece)
    if (said.includes('worker.online')) resolve()
  })
  worker.once('exit', (code) => reject(new Error(`The worker ended with exit code ${code}: ${said}`)))
  return promise
}

/** A backend that keeps its log when it is killed, a worker in a process of its own, and a client. */
async function theatre() {
  const server = await PrivateRedis.start({ appendonly: 'yes', appendfsync: 'always' })
  const folder = await mkdtemp(path.join(tmpdir(), 'hotline-screen-'))
  const argv = ['--conditions=@hotline/source', HOTLINE]
  const options = ['--concurrency', '2', '--name', 'box', '--grace', '1s', '--url', server.url]
  const worker = spawn(process.execPath, [...argv, 'worker', HANDLERS, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const client = createClient({ transport: redis({ url: server.url }) })
  await untilOnline(worker)
  return {
    ...{ server, client, folder },
    /** Runs `hotline` in a terminal; behind its end stands its exit code. */
    hotline: (...args: readonly string[]) => {
      const command = `"${process.execPath}" ${[...argv, ...args].join(' ')}; echo "exit $?"; cat`
      const env = { HOTLINE_URL: server.url, NODE_ENV: 'production', TERM: 'tmux-256color' }
      return Terminal.start(command, { width: WIDTH, height: HEIGHT, env })
    },
    [Symbol.asyncDispose]: async () => {
      await client.close()
      worker.kill('SIGTERM')
      await once(worker, 'exit')
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** All but the foot, which says where the screen comes from. */
const body = (text: string): readonly string[] => text.split('\n').slice(0, -1)

describeRedis(() =>
  serverSuite(
    'the screen in a terminal',
    hasTmux,
  )(() =>
    describe('the screen in a terminal', { timeout: 300_000 }, () => {
      test('keys, the receipt of a cancel, an outage, and a replay that equals what was live', async () => {
        await using its = await theatre()
        const file = path.join(its.folder, 'run.ndjson')
        await using live = await its.hotline('events', '--record', file)
        await live.until('running 0/2')
        await its.client.enqueue(spin, null)
        await its.client.enqueue(importOrders, 17)
        for (let index = 0; index < 3; index++) await its.client.enqueue(makeThumbnail, index)
        await live.until(/running 1\/2 .*succeeded 3.*failed 1/s)

        await live.press('/')
        await live.type('market')
        await live.press('Enter', 'c')
        await live.until(/Cancel \w{8} \(simulate-market\)\? y = yes/)
        await live.press('n')
        await live.until('? help')
        await live.press('c', 'y')
        await live.until(/Job \w{8} is cancelled: it was stopped by SIGTERM after/)
        await live.until(/running 0\/2 .*cancelled 1/s)
        await live.press('Escape')
        await live.until('5 jobs, newest first')

        await live.press('/')
        await live.type('import')
        await live.press('Enter', 't')
        await live.until(
          /\[3 failed HANDLER_ERROR\].*RangeError: row 17 has no customer.*caused by TypeError/s,
        )
        await live.press('Left')
        await live.until('[2 failed HANDLER_ERROR]')
        await live.press('e')
        await live.until(/is over: it failed .* after 3 attempts/)
        await live.press('r')
        await live.until('It has no result: it is failed.')
        await live.press('Escape', 'p')
        await live.until('· paused imports')
        await live.press('p')
        await live.untilSo((text) => !text.includes('paused imports'), 'imports go on')
        await live.press('Escape')

        await live.press('j')
        await live.until(/^> \w{8} succeeded make-thumbnail/m)
        await live.press('Space')
        await live.until('frozen')
        const events = /events \d+/.exec((await live.lines()).join('\n'))?.[0] ?? ''
        const late = await its.client.enqueue(makeThumbnail, 9)
        await late.result()
        expect(await live.until('frozen')).toContain(events)
        await live.press('Space')
        await live.until('succeeded 4')

        for (const [width, height] of [
          [60, 12],
          [20, 5],
        ] as const) {
          await live.resize(width, height)
          await live.untilSo(
            (text) => text.split('\n').length === height && /^live/m.test(text),
            `${width} by ${height}`,
          )
          for (const line of await live.lines()) expect(line.length).toBeLessThanOrEqual(width)
        }
        await live.resize(WIDTH, HEIGHT)
        await live.untilSo(
          (text) => text.split('\n').length === HEIGHT && /^live.*filter/m.test(text),
          'as before',
        )

        await its.server.kill()
        await live.until('BACKEND OUT OF REACH')
        await its.server.start()
        await live.untilSo((text) => !text.includes('OUT OF REACH'), 'the backend is back')
        const last = await its.client.enqueue(makeThumbnail, 10)
        await last.result()
        await live.press('g')
        await live.until('succeeded 5')
        const seen = await live.untilSo(
          (text) => text.includes('running 0/2') && /LATEST\n> \w{8} succ/.test(text),
          'rest',
        )
        await live.press('q')
        await live.until('exit 0')
        expect((await live.lines()).join('\n')).toContain(`The recording is ${file}`)

        await using again = await its.hotline('events', '--replay', file, '--speed', '1000')
        expect(body(await again.until('end of the recording'))).toEqual(body(seen))
        await again.press('c')
        await again.until('there is nothing to cancel')
        await again.press('C-c')
        await again.until('exit 130')
      })
    }),
  ),
)
