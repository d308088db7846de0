import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { waitFor, within } from './patience.ts'
import type { Address, TcpProxyOptions } from './tcp-proxy.ts'
import { TcpProxy } from './tcp-proxy.ts'

const LIMIT_MS = 5_000

/** Answers each chunk with itself, and remembers what it got. */
class EchoServer {
  readonly heard: string[] = []
  readonly server: Server = createServer((socket) => {
    socket.on('data', (chunk) => {
      this.heard.push(String(chunk))
      socket.write(chunk)
    })
    socket.on('error', () => {})
  })

  async listen(): Promise<Address> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    const bound = this.server.address()
    assert.ok(bound !== null && typeof bound === 'object')
    return { host: '127.0.0.1', port: bound.port }
  }
}

/** A client that keeps what it got and how it ended. */
class Caller {
  readonly socket: Socket
  got = ''
  error: Error | undefined
  isClosed = false

  constructor(address: Address) {
    this.socket = connect(address)
    this.socket.on('data', (chunk) => {
      this.got += String(chunk)
    })
    this.socket.on('error', (error) => {
      this.error = error
    })
    this.socket.on('close', () => {
      this.isClosed = true
    })
  }

  async hears(text: string): Promise<void> {
    await waitFor(`the echo ${text}`, LIMIT_MS, () => this.got === text)
  }

  async ends(): Promise<void> {
    await waitFor('the end of the connection', LIMIT_MS, () => this.isClosed)
  }
}

let echo: EchoServer
let proxy: TcpProxy
let callers: Caller[]

beforeEach(() => {
  echo = new EchoServer()
  callers = []
})

afterEach(async () => {
  for (const { socket } of callers) socket.destroy()
  await proxy.close()
  echo.server.close()
})

async function start(options?: TcpProxyOptions): Promise<void> {
  proxy = new TcpProxy(await echo.listen(), options)
  await proxy.listen()
}

function call(): Caller {
  const caller = new Caller(proxy.address)
  callers.push(caller)
  return caller
}

describe('TcpProxy', () => {
  test('forwards both ways, in order and whole', async () => {
    await start()
    const caller = call()
    const text = 'hotline '.repeat(200_000)
    caller.socket.write(text)
    await caller.hears(text)
  })

  test('forwards the end of the stream behind its last bytes', async () => {
    await start({ latencyMs: 20 })
    const caller = call()
    caller.socket.end('last words')
    await caller.ends()
    assert.equal(caller.got, 'last words')
    assert.equal(caller.error, undefined)
    await waitFor('the proxy to let go', LIMIT_MS, () => proxy.connections === 0)
  })

  test('delays by the latency, in each direction', async () => {
    await start({ latencyMs: 60 })
    const caller = call()
    const since = performance.now()
    caller.socket.write('slow')
    await caller.hears('slow')
    assert.ok(performance.now() - since >= 119)
  })

  test('cut ends every connection, and serves new ones', async () => {
    await start()
    const before = [call(), call()]
    for (const caller of before) caller.socket.write('a')
    for (const caller of before) await caller.hears('a')
    proxy.cut()
    for (const caller of before) await caller.ends()
    const after = call()
    after.socket.write('b')
    await after.hears('b')
  })

  test('stall moves no byte and ends no connection, until heal', async () => {
    await start()
    const caller = call()
    caller.socket.write('a')
    await caller.hears('a')
    proxy.stall()
    caller.socket.write('b')
    const late = call()
    late.socket.write('c')
    await waitFor('both connections', LIMIT_MS, () => proxy.connections === 2)
    // The bytes have left both callers, and a third one through another proxy shows that the server answers.
    const other = new TcpProxy({ host: '127.0.0.1', port: portOf(echo.server) })
    const witness = new Caller(await other.listen())
    witness.socket.write('d')
    await witness.hears('d')
    assert.deepEqual(echo.heard, ['a', 'd'])
    assert.equal(caller.isClosed || late.isClosed, false)
    witness.socket.destroy()
    await other.close()
    proxy.heal()
    await caller.hears('ab')
    await late.hears('c')
  })

  test('swallows each third reply with its connection; the server has acted all the same', async () => {
    await start()
    proxy.swallowReplies({ every: 3 })
    const outcomes: string[] = []
    for (const word of ['1', '2', '3', '4', '5', '6']) outcomes.push(await ask(word))
    assert.deepEqual(outcomes, ['1', '2', 'lost', '4', '5', 'lost'])
    assert.deepEqual(echo.heard, ['1', '2', '3', '4', '5', '6'])
  })

  test('swallows as many replies as it was told, then forwards', async () => {
    await start()
    proxy.swallowReplies({ times: 2 })
    assert.deepEqual([await ask('1'), await ask('2'), await ask('3')], ['lost', 'lost', '3'])
  })

  test('ends the connection when the server is not there', async () => {
    const address = await echo.listen()
    echo.server.close()
    proxy = new TcpProxy(address)
    await proxy.listen()
    await call().ends()
  })

  test('close ends what is open, and refuses what comes', async () => {
    await start()
    const caller = call()
    caller.socket.write('a')
    await caller.hears('a')
    const { address } = proxy
    await within('the proxy to close', LIMIT_MS, proxy.close())
    await caller.ends()
    const late = new Caller(address)
    await late.ends()
    assert.match(String(late.error), /ECONNREFUSED/)
  })
})

/** Says a word over a connection of its own, and tells what came back. */
async function ask(word: string): Promise<string> {
  const caller = call()
  caller.socket.write(word)
  await waitFor('an echo or the end', LIMIT_MS, () => caller.got !== '' || caller.isClosed)
  caller.socket.destroy()
  return caller.got === '' ? 'lost' : caller.got
}

function portOf(server: Server): number {
  const bound = server.address()
  assert.ok(bound !== null && typeof bound === 'object')
  return bound.port
}
