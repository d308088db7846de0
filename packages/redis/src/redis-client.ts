import type { RedisOptions } from 'ioredis'

/** Commands that go in one write, and their answers, each with its error. */
export interface Pipeline {
  call(command: string, ...args: (string | number | Buffer)[]): unknown
  exec(): Promise<[error: Error | null, answer: unknown][] | null>
}

/** What the transport needs of an ioredis client. A client of the user's is told by it, never by its class. */
export interface RedisClient {
  readonly status: string
  readonly isCluster?: boolean
  connect(): Promise<void>
  disconnect(reconnect?: boolean): void
  call(command: string, ...args: (string | number | Buffer)[]): Promise<unknown>
  pipeline(): Pipeline
  on(event: string, listener: (...args: unknown[]) => void): unknown
  once(event: string, listener: (...args: unknown[]) => void): unknown
  off(event: string, listener: (...args: unknown[]) => void): unknown
  subscribe(channel: string): Promise<unknown>
}

/** Makes a client that is not connected yet. A blocking one may wait for its answers. */
export type MakeClient = (purpose: 'commands' | 'blocking' | 'subscriber') => RedisClient

/** How long one command may take before the connection counts as dead, in ms. */
export const COMMAND_TIMEOUT_MS = 4000
/** How long a blocking command waits on the server at most, in ms: the floor under every wake-up. */
export const BLOCK_MS = 5000

/**
 * What holds for every connection of ours, whoever configured it. No command is queued or sent again behind our back,
 * since `RedisCalls` does that itself, with the same request; and a connection that fell silent is given up.
 */
export const CONNECTION_OPTIONS: RedisOptions & { readonly replyMapping: 'legacy' } = {
  replyMapping: 'legacy',
  lazyConnect: true,
  // It would reach the keys of commands and not those inside scripts. The namespace keeps applications apart.
  keyPrefix: '',
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // ioredis 6.0.0 leaves the promise of its own SUBSCRIBE to nobody: a second cut ended the process with an unhandled rejection.
  autoResubscribe: false,
  // Anything above 0, and commands in flight at a cut would hang until the next connection, or for ever.
  maxRetriesPerRequest: 0,
  connectTimeout: COMMAND_TIMEOUT_MS,
  keepAlive: 10_000,
  noDelay: true,
  retryStrategy: (times: number): number => Math.min(50 * 2 ** Math.min(times - 1, 5), 1000),
}
