/** Objects that throw, lie or do not end when somebody looks at them. */

export class DiskFull extends Error {
  readonly code = 'ENOSPC'
  readonly freeBytes = 12
}

export const boom = (): never => {
  throw new Error('trap')
}
const ALL_TRAPS = [
  'get',
  'has',
  'ownKeys',
  'getPrototypeOf',
  'getOwnPropertyDescriptor',
  'isExtensible',
] as const
export const brokenProxy = (target: object): object =>
  new Proxy(target, Object.fromEntries(ALL_TRAPS.map((trap) => [trap, boom])))
export const revokedProxy = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
export const withGetters = (target: object): object =>
  Object.defineProperties(
    target,
    Object.fromEntries(
      ['name', 'message', 'stack', 'cause', 'code', 'errors', 'extra', 'constructor', 'toString'].map(
        (key) => [key, { get: boom, enumerable: true, configurable: true }],
      ),
    ),
  )
