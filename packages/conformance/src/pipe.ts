/**
 * One direction of a proxied connection: takes chunks from one socket and gives them to the other, later if there is
 * latency, and not at all while held. Chunks and the end of the stream keep their order.
 *
 * It pauses its source while held and while its target is full, so that it holds no more than is in the sockets.
 */
import type { Socket } from 'node:net'

interface PipeOptions {
  readonly from: Socket
  readonly to: Socket
  readonly latencyMs: number
  /** Asked for each chunk at the moment when it would go on; false = it vanishes. */
  readonly pass: () => boolean
}

export class Pipe {
  readonly #options: PipeOptions
  /** What came and has not gone on yet; undefined is the end of the stream. */
  readonly #queue: { readonly chunk: Buffer | undefined; readonly due: number }[] = []
  #timer: NodeJS.Timeout | undefined
  #isHeld = false

  constructor(options: PipeOptions) {
    this.#options = options
    const { from, to } = options
    from.on('data', (chunk) => this.#take(chunk))
    from.on('end', () => this.#take(undefined))
    to.on('drain', () => this.#isHeld || from.resume())
  }

  hold(): void {
    this.#isHeld = true
    this.#options.from.pause()
  }

  release(): void {
    this.#isHeld = false
    this.#options.from.resume()
    this.#flush()
  }

  /** Forgets what has not gone on yet. */
  drop(): void {
    this.#queue.length = 0
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #take(chunk: Buffer | undefined): void {
    this.#queue.push({ chunk, due: performance.now() + this.#options.latencyMs })
    this.#flush()
  }

  #flush(): void {
    if (this.#isHeld || this.#timer !== undefined) return
    const { latencyMs } = this.#options
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const waitMs = latencyMs === 0 ? 0 : next.due - performance.now()
      if (waitMs > 0) {
        this.#flushIn(waitMs)
        return
      }
      this.#queue.shift()
      this.#give(next.chunk)
    }
  }

  #flushIn(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#flush()
    }, ms)
  }

  #give(chunk: Buffer | undefined): void {
    const { from, to, pass } = this.#options
    if (chunk === undefined) to.end()
    else if (pass() && !to.write(chunk)) from.pause()
  }
}
