/** Numbers of a supervisor in another thread that its application may read at any time, without asking. */
export class Tally {
  /** To be handed to the other thread. */
  readonly buffer: SharedArrayBuffer
  readonly #cells: Int32Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * CELLS)) {
    this.buffer = buffer
    this.#cells = new Int32Array(buffer)
  }

  /** 0 = not known yet. */
  get limit(): number {
    return Atomics.load(this.#cells, LIMIT)
  }

  get running(): number {
    return Atomics.load(this.#cells, RUNNING)
  }

  get held(): number {
    return Atomics.load(this.#cells, HELD)
  }

  /** Lines that were sent and that the application has not read yet. */
  get unread(): number {
    return Atomics.load(this.#cells, UNREAD)
  }

  set(numbers: { readonly limit: number; readonly running: number; readonly held: number }): void {
    Atomics.store(this.#cells, LIMIT, numbers.limit)
    Atomics.store(this.#cells, RUNNING, numbers.running)
    Atomics.store(this.#cells, HELD, numbers.held)
  }

  sent(): void {
    Atomics.add(this.#cells, UNREAD, 1)
  }

  read(): void {
    Atomics.sub(this.#cells, UNREAD, 1)
  }
}

const [LIMIT, RUNNING, HELD, UNREAD, CELLS] = [0, 1, 2, 3, 4]
