/** A binary heap: the item that comes first by `isBefore` is on top. */
export class Heap<T> {
  readonly #items: T[] = []
  readonly #isBefore: (one: T, other: T) => boolean

  constructor(isBefore: (one: T, other: T) => boolean) {
    this.#isBefore = isBefore
  }

  get top(): T | undefined {
    return this.#items[0]
  }

  /** From the top down, in no further order. */
  get items(): readonly T[] {
    return this.#items
  }

  push(item: T): void {
    let index = this.#items.push(item) - 1
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = this.#items[above]
      if (parent === undefined || !this.#isBefore(item, parent)) break
      this.#items[index] = parent
      index = above
    }
    this.#items[index] = item
  }

  pop(): T | undefined {
    const [top] = this.#items
    const last = this.#items.pop()
    if (last !== undefined && this.#items.length > 0) this.#sink(last)
    return top
  }

  #sink(item: T): void {
    let index = 0
    for (;;) {
      const below = this.#lowerOf(2 * index + 1, 2 * index + 2)
      const child = this.#items[below]
      if (child === undefined || !this.#isBefore(child, item)) break
      this.#items[index] = child
      index = below
    }
    this.#items[index] = item
  }

  #lowerOf(left: number, right: number): number {
    const [one, other] = [this.#items[left], this.#items[right]]
    return one !== undefined && other !== undefined && this.#isBefore(other, one) ? right : left
  }
}
