/** Mulberry32, a small seeded generator of numbers below 1: enough for test data. By Tommy Ettinger, public domain. */
export function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A generator, and its seed in the output: `SEED=… npm test` plays a failure again. */
export function seeded(name: string): () => number {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  console.log(`${name}: SEED=${seed}`)
  return mulberry(seed)
}
