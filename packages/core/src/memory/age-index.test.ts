import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AgeIndex } from './age-index.ts'

const name = (n: number) => String(n).padStart(6, '0')

test('lists what is there, newest first, in whatever order it came and went', () => {
  const steps = fc.array(fc.record({ n: fc.nat(60), isRemoval: fc.boolean() }), { maxLength: 200 })
  fc.assert(
    fc.property(steps, (history) => {
      const index = new AgeIndex()
      const there = new Set<string>()
      const known = new Set<string>()
      for (const { n, isRemoval } of history) {
        const id = name(n)
        if (isRemoval && there.delete(id)) index.remove(id)
        else if (!isRemoval && !known.has(id)) {
          known.add(id)
          there.add(id)
          index.add(id)
        }
      }
      expect([...index.newestFirst()]).toEqual([...there].toSorted().toReversed())
    }),
  )
})

test('is read while ids come and go: what stays is seen once', () => {
  const index = new AgeIndex()
  for (let n = 0; n < 100; n += 2) index.add(name(n))
  const seen: string[] = []
  let turn = 0
  for (const id of index.newestFirst()) {
    seen.push(id)
    turn += 1
    index.add(name(1000 + turn))
    if (turn <= 40) index.add(name(2 * turn - 1))
    if (turn === 30) for (let n = 1001; n <= 1030; n++) index.remove(name(n))
  }
  const stayed = Array.from({ length: 50 }, (_, n) => name(2 * n))
  expect(seen).toEqual([...new Set(seen)])
  expect(seen).toEqual(seen.toSorted().toReversed())
  expect(stayed.filter((id) => !seen.includes(id))).toEqual([])
})
