/** What is kept of inputs that were read with the log, in bytes. */
const SHELF_BYTES = 16_000_000

/**
 * Inputs by the offset of the entry that has them. Those read last are at hand, and any other is read from the stream
 * again, so that a million jobs that wait cost no memory for their inputs.
 */
export class InputShelf {
  readonly #inputs = new Map<number, string>()
  readonly #read: (offset: number) => Promise<string>
  #bytes = 0

  constructor(read: (offset: number) => Promise<string>) {
    this.#read = read
  }

  add(offset: number, input: string): void {
    this.#inputs.set(offset, input)
    this.#bytes += input.length
    for (const [oldest, text] of this.#inputs) {
      if (this.#bytes <= SHELF_BYTES) return
      this.#inputs.delete(oldest)
      this.#bytes -= text.length
    }
  }

  async of(offset: number): Promise<string> {
    return this.#inputs.get(offset) ?? this.#read(offset)
  }
}
