import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Dismissal } from './play-part.ts'

/** How to reach the backend from another process. */
export interface PartAddress {
  readonly url: string
  readonly namespace: string
  /** Of the adapter, if it is missing. */
  readonly lease?: string | undefined
}

/**
 * Processes of a command's own, on a backend that several reach. Each is sent an order, later a {@link Dismissal}, and
 * ends by itself; `playPart` is the other side.
 */
export class Parts {
  readonly #program: URL
  readonly #address: PartAddress
  /** While they are there. */
  readonly #children = new Set<ChildProcess>()

  /** @param program The module that plays the parts. */
  constructor(program: URL, address: PartAddress) {
    this.#program = program
    this.#address = address
  }

  start(order: object): ChildProcess {
    const { url, namespace, lease } = this.#address
    // Not as an argument, where others on the machine would see a password; and what there is to warn of, this process says.
    const env = { ...process.env, HOTLINE_URL: url, HOTLINE_NAMESPACE: namespace, NODE_NO_WARNINGS: '1' }
    const leased = lease === undefined ? env : { ...env, HOTLINE_LEASE: lease }
    const child = fork(this.#program, { env: leased, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    child.send(order, unheard)
    return child
  }

  /** Resolves when all of them are gone. */
  async dismiss(graceMs?: number): Promise<void> {
    const dismissal: Dismissal = { do: 'dismiss', graceMs }
    const gone = [...this.#children].map((child) => {
      const exited = once(child, 'exit')
      child.send(dismissal, unheard)
      return exited
    })
    await Promise.all(gone)
  }
}

/**
 * A child that is on its way out hears nothing more, and its exit tells so. n.b. without a callback `send` emits `error`
 * on the child, and an `error` that nobody hears ends this process: EPIPE, where the child had died a moment before.
 */
function unheard(): void {}
