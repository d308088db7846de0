import { parseControlMessage } from './parse-control-message.ts'
import type { ControlMessage } from './transport.ts'

type Handler = (message: ControlMessage) => void

/** For adapters: those who listen to control messages in this process. */
export class ControlListeners {
  readonly #handlers = new Set<Handler>()

  /**
   * Adds one, who is taken off again by what it resolves with. n.b. he is there before `ready`, which subscribes on the
   * backend, so that he misses nothing; where that fails, he is taken off and it rejects alike.
   */
  async add(handler: Handler, ready: () => Promise<unknown>): Promise<() => Promise<void>> {
    // The same function may listen twice.
    const own: Handler = (message) => handler(message)
    this.#handlers.add(own)
    try {
      await ready()
    } catch (error) {
      this.#handlers.delete(own)
      throw error
    }
    return async () => {
      this.#handlers.delete(own)
    }
  }

  /** Hands on what came over the backend. Text that is no control message is dropped. */
  hear(text: string): void {
    const message = parseControlMessage(text)
    if (message === undefined) return
    for (const handler of this.#handlers) handler(message)
  }
}
