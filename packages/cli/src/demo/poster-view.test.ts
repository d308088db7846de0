import { expect, test } from 'vitest'
import { posterView, tilesOf } from './poster-view.ts'

test.each([
  [{ width: 2400, height: 1600 }, 120],
  [{ width: 17, height: 500 }, 7],
  [{ width: 33, height: 16 }, 10_000],
  [{ width: 4000, height: 3000 }, 1],
])('tiles of %o cover each pixel once, and each fits into a result', (poster, count) => {
  const seen = new Uint8Array(poster.width * poster.height)
  const tiles = tilesOf(poster, count)
  for (const { left, top, width, height } of tiles) {
    expect(width).toBeGreaterThan(0)
    expect(height).toBeGreaterThan(0)
    expect(width * height * 3 * (4 / 3)).toBeLessThan(255 * 1024)
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++)
        seen[y * poster.width + x] = (seen[y * poster.width + x] ?? 0) + 1
  }
  expect(seen.every((times) => times === 1)).toBe(true)
})

test('the middle is rendered first', () => {
  const poster = { width: 300, height: 300 }
  expect(tilesOf(poster, 9)[0]).toMatchObject({ left: 100, top: 100 })
})

test('posters of any shape show the same place, without stretching it', () => {
  const [wide, tall] = [posterView({ width: 400, height: 100 }), posterView({ width: 100, height: 400 })]
  expect(wide.re(200)).toBe(tall.re(50))
  expect(wide.im(50)).toBe(tall.im(200))
  expect(wide.re(1) - wide.re(0)).toBeCloseTo(wide.im(0) - wide.im(1), 12)
})
