/** What a handler may throw or return to hurt the one who looks at it. Made anew at each call. */
export const hostileThrows: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 2,
  () => 'a text',
  () => 10n,
  () => Symbol('s'),
  () => () => 'a function',
  () => Object.create(null),
  () => ({ message: 'not an error', toString: null }),
  () => Object.defineProperty(new Error('x'), 'message', { get: () => fail('message') }),
  () => Object.defineProperty(new Error('x'), 'stack', { get: () => fail('stack') }),
  () => Object.defineProperty(new Error('x'), 'name', { get: () => fail('name') }),
  () => Object.defineProperty(new Error('x'), 'cause', { get: () => fail('cause') }),
  () =>
    new Proxy(new Error('x'), {
      get: () => fail('a trap'),
      ownKeys: () => fail('a trap'),
      getPrototypeOf: () => fail('a trap'),
    }),
  () => {
    const { proxy, revoke } = Proxy.revocable(new Error('x'), {})
    revoke()
    return proxy
  },
  () => new Error('m'.repeat(50_000_000)),
  () => {
    const error = new Error('cyclic')
    error.cause = error
    return error
  },
  () =>
    new AggregateError(
      Array.from({ length: 1000 }, (_, n) => new Error(`part ${n}`)),
      'many',
    ),
  () =>
    Object.assign(new Error('rich'), { buffer: Buffer.alloc(1_000_000), self: globalThis, n: Number.NaN }),
  () => new Error('\u0000\ud800\u001b[31m\u202e'),
  () => new DOMException('stopped', 'AbortError'),
]

/** What a handler may return that JSON cannot carry, or that is too large. */
export const hostileReturns: readonly (() => unknown)[] = [
  () => Number.NaN,
  () => 10n,
  () => new Map([[1, 2]]),
  () => () => {},
  () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    return cycle
  },
  () => 'x'.repeat(1_000_000),
  () => JSON.parse('{"__proto__": {"polluted": true}}'),
  () => new Proxy({}, { ownKeys: () => fail('a trap') }),
]

function fail(what: string): never {
  throw new Error(`${what} was touched`)
}
