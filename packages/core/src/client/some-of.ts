/** A part of a list, and whether it is all of it. */
export interface Part<T> {
  readonly items: readonly T[]
  readonly isWhole: boolean
}

/** Reads a list of unknown length: `most` items of it, or what comes within `withinMs`. The list is then left. */
export async function someOf<T>(
  list: AsyncIterable<T>,
  { most, withinMs }: { readonly most: number; readonly withinMs: number },
): Promise<Part<T>> {
  const items: T[] = []
  const reader = list[Symbol.asyncIterator]()
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), withinMs)
  try {
    for (;;) {
      const next = reader.next()
      next.catch(() => {}) // it may fail when nobody waits for it any more
      const found = await Promise.race([next, late])
      if (found?.done === true) return { items, isWhole: true }
      if (found === undefined || items.length === most) return { items, isWhole: false }
      items.push(found.value)
    }
  } finally {
    clearTimeout(timer)
    void reader.return?.()?.then(undefined, () => {})
  }
}
