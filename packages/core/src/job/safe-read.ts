/** What {@link safely} returns in place of a value that could not be read. */
export const UNREADABLE: unique symbol = Symbol('unreadable')

/** Reads something that may throw: a getter, a trap of a Proxy, a revoked Proxy. */
export function safely<T>(read: () => T): T | typeof UNREADABLE {
  try {
    return read()
  } catch {
    return UNREADABLE
  }
}

/** A property of anything; undefined where there can be none. */
export function safeRead(value: unknown, key: string): unknown {
  if (!isObject(value)) return undefined
  return safely((): unknown => Reflect.get(value, key))
}

/** The first items of anything that is an array, and whether there are more; none of anything else. */
export function safeItems(
  value: unknown,
  most: number,
): { readonly items: readonly unknown[]; readonly isCut: boolean } {
  const isArray = safely(() => Array.isArray(value)) === true
  const given = isArray ? safeRead(value, 'length') : 0
  const length = typeof given === 'number' ? given : 0
  const items = Array.from({ length: Math.min(length, most) }, (_, index) => safeRead(value, String(index)))
  return { items, isCut: length > most }
}

/** The name of the class that made a value; empty when there is none, or it hides. */
export function className(value: unknown): string {
  const name = safeRead(safeRead(value, 'constructor'), 'name')
  return typeof name === 'string' ? name : ''
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Whether a value is an error: also one of another realm, and one that only looks like it (a name for its stack). */
export function isErrorLike(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (safely(() => value instanceof Error) === true) return true
  if (safely(() => Object.prototype.toString.call(value)) === '[object Error]') return true
  return typeof safeRead(value, 'message') === 'string' && typeof safeRead(value, 'stack') === 'string'
}
