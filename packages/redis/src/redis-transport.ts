import type { TransportDescription, TransportLimits } from '@hotline/core'
import { SessionTransport } from '@hotline/core'
import type { MakeClient } from './redis-client.ts'
import { RedisSession } from './redis-session.ts'

/** What a Redis transport is made of. */
export interface RedisPlan {
  readonly prefix: string
  readonly limits: TransportLimits
  readonly makeClient: MakeClient
  readonly description: TransportDescription | undefined
}

/** The transport on Redis. */
export class RedisTransport extends SessionTransport<RedisSession> {
  readonly #plan: RedisPlan

  constructor(plan: RedisPlan) {
    super({ name: 'redis', ...plan })
    this.#plan = plan
  }

  /** The version of the server, once open; for people. */
  get server(): string {
    return this.session?.server ?? 'not connected'
  }

  /**
   * Deletes the namespace with all its jobs and events, for tests and demos. Whoever waits for one of its jobs is told
   * that it is gone. Needs the right to SCAN and UNLINK.
   * @throws TransportError on a Cluster, whose nodes nobody here can scan
   */
  async wipe(): Promise<void> {
    await this.at('wipe').wipe()
  }

  protected override begin(): RedisSession {
    return new RedisSession(this.#plan)
  }
}
