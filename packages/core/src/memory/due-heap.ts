/** What is due when: a binary heap, earliest first; entries of the same time come out in the order they went in. */
export class DueHeap<T> {
  readonly #entries: Entry<T>[] = []
  #order = 0

  get size(): number {
    return this.#entries.length
  }

  /** When the first entry is due, if there is one. */
  get nextAt(): number | undefined {
    return this.#entries[0]?.at
  }

  push(at: number, value: T): void {
    const entry = { at, order: this.#order++, value }
    let index = this.#entries.push(entry) - 1
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = this.#entries[parentIndex]
      if (parent === undefined || isEarlier(parent, entry)) break
      this.#entries[index] = parent
      index = parentIndex
    }
    this.#entries[index] = entry
  }

  /** Takes the first entry if it is due at `now`. */
  takeDue(now: number): { readonly at: number; readonly value: T } | undefined {
    const first = this.#entries[0]
    if (first === undefined || first.at > now) return undefined
    const last = this.#entries.pop()
    if (last !== undefined && last !== first) this.#sink(last)
    return first
  }

  #sink(entry: Entry<T>): void {
    let index = 0
    for (;;) {
      let childIndex = 2 * index + 1
      let child = this.#entries[childIndex]
      const right = this.#entries[childIndex + 1]
      if (child !== undefined && right !== undefined && isEarlier(right, child)) {
        childIndex += 1
        child = right
      }
      if (child === undefined || isEarlier(entry, child)) break
      this.#entries[index] = child
      index = childIndex
    }
    this.#entries[index] = entry
  }
}

interface Entry<T> {
  readonly at: number
  readonly order: number
  readonly value: T
}

function isEarlier(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
