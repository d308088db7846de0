/**
 * A TCP proxy on loopback that hurts connections as networks do, without root and without containers. One proxy stands
 * in front of one server; give each process under test its own, to hurt one and spare the others.
 *
 *   mode        bytes that arrive                  left by
 *   forwarding  go on, `latencyMs` later           cut, stall, swallowReplies
 *   stalled     rest in both directions; sockets   heal
 *               stay open and new ones are taken
 *   swallowing  requests go on; each `every`-th    heal, or after `times` replies
 *               reply vanishes with its connection
 *
 * `cut` is no mode: it destroys the connections of this moment, and new ones are served as before.
 */
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { Pipe } from './pipe.ts'

/** Where a server listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

export interface TcpProxyOptions {
  /** How much later than it came each chunk goes on, in each direction. Default 0. */
  readonly latencyMs?: number
}

/** Which replies of the server vanish. A reply is a chunk of bytes as the server's kernel sends it. */
export interface Swallowing {
  /** Every how-many-th reply, counted over all connections. Default 1. */
  readonly every?: number
  /** Stop after so many. Default: until `heal`. */
  readonly times?: number
}

interface Connection {
  readonly client: Socket
  readonly server: Socket
  readonly pipes: readonly Pipe[]
}

export class TcpProxy {
  readonly #target: Address
  readonly #latencyMs: number
  readonly #connections = new Set<Connection>()
  readonly #listener: Server
  #stalled = false
  #swallowing: { every: number; left: number; seen: number } | undefined

  constructor(target: Address, options: TcpProxyOptions = {}) {
    this.#target = target
    this.#latencyMs = options.latencyMs ?? 0
    this.#listener = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#serve(client))
  }

  /** Listens on a free port of 127.0.0.1. */
  async listen(): Promise<Address> {
    await new Promise<void>((resolve, reject) => {
      this.#listener.once('error', reject)
      this.#listener.listen(0, '127.0.0.1', resolve)
    })
    return this.address
  }

  /** Where to connect instead of the server. Throws before `listen`. */
  get address(): Address {
    const bound = this.#listener.address()
    if (!isBound(bound)) throw new Error('The proxy does not listen; call listen() first.')
    return { host: bound.address, port: bound.port }
  }

  /** Connections that are open at this moment. */
  get connections(): number {
    return this.#connections.size
  }

  /** Destroys every connection: both ends see a reset. New ones are accepted. */
  cut(): void {
    for (const connection of [...this.#connections]) this.#destroy(connection)
  }

  /** Lets both ends believe that the connection lives, and moves no byte any more. */
  stall(): void {
    this.#stalled = true
    for (const { pipes } of this.#connections) for (const pipe of pipes) pipe.hold()
  }

  /** The server gets the request and acts on it; its reply is lost, and the connection with it. */
  swallowReplies({ every = 1, times = Number.POSITIVE_INFINITY }: Swallowing = {}): void {
    this.#swallowing = { every, left: times, seen: 0 }
  }

  /** Forwards everything again; what was stalled goes on its way. */
  heal(): void {
    this.#stalled = false
    this.#swallowing = undefined
    for (const { pipes } of this.#connections) for (const pipe of pipes) pipe.release()
  }

  /** Cuts every connection and stops listening. */
  async close(): Promise<void> {
    this.cut()
    if (!this.#listener.listening) return
    await new Promise<void>((resolve) => this.#listener.close(() => resolve()))
  }

  #serve(client: Socket): void {
    const server = connect({ ...this.#target, noDelay: true, allowHalfOpen: true })
    const latencyMs = this.#latencyMs
    const requests = new Pipe({ from: client, to: server, latencyMs, pass: () => true })
    const replies = new Pipe({ from: server, to: client, latencyMs, pass: () => this.#passes(connection) })
    const connection: Connection = { client, server, pipes: [requests, replies] }
    this.#connections.add(connection)
    if (this.#stalled) for (const pipe of connection.pipes) pipe.hold()
    for (const socket of [client, server]) {
      socket.on('error', () => this.#destroy(connection))
      socket.on('close', () => client.destroyed && server.destroyed && this.#connections.delete(connection))
    }
  }

  #passes(connection: Connection): boolean {
    const swallowing = this.#swallowing
    if (swallowing === undefined || swallowing.left === 0) return true
    swallowing.seen += 1
    if (swallowing.seen % swallowing.every !== 0) return true
    swallowing.left -= 1
    this.#destroy(connection)
    return false
  }

  #destroy(connection: Connection): void {
    this.#connections.delete(connection)
    for (const pipe of connection.pipes) pipe.drop()
    for (const socket of [connection.client, connection.server]) resetAndDestroy(socket)
  }
}

/** A reset where there is a connection to reset; Node refuses it for one that is still being made. */
function resetAndDestroy(socket: Socket): void {
  if (socket.connecting || socket.destroyed) socket.destroy()
  else socket.resetAndDestroy()
}

function isBound(bound: AddressInfo | string | null): bound is AddressInfo {
  return bound !== null && typeof bound === 'object'
}
