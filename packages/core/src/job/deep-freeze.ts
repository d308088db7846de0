/** Freezes plain data to its leaves, in place, and returns it. Takes any nesting, and data that contains itself. */
export function deepFreeze<T>(value: T): T {
  const seen = new Set<object>()
  const pending: unknown[] = [value]
  while (pending.length > 0) {
    const next = pending.pop()
    if (typeof next !== 'object' || next === null || ArrayBuffer.isView(next) || seen.has(next)) continue
    seen.add(Object.freeze(next))
    for (const held of Object.values(next)) pending.push(held)
  }
  return value
}
