import type { HotlineEvent } from '../events/event.ts'
import type { ProposedEvent } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { Sighting } from '../job/truth.ts'
import type {
  AppendOutcome,
  ControlMessage,
  SubscribeOptions,
  TransportLimits,
} from '../transport/transport.ts'

/** What a handle needs of the client that made it. Every call rejects with ClosedError once the client is closed. */
export interface JobHome {
  /** Name of the transport, for the evidence. */
  readonly source: string
  readonly limits: TransportLimits
  /** Aborts when the client closes; the reason is a ClosedError. */
  readonly closed: AbortSignal
  /** This process's clock, for what the backend does not tell. */
  now(): number
  look(id: JobId): Promise<Sighting | undefined>
  append(events: readonly ProposedEvent[]): Promise<AppendOutcome>
  broadcast(message: ControlMessage): Promise<void>
  /** Calls back for each event of the job from the moment that this resolves, until the result is called. */
  watch(id: JobId, onEvent: (event: HotlineEvent) => void): Promise<() => void>
  subscribe(options: SubscribeOptions): Promise<AsyncIterable<HotlineEvent>>
}
