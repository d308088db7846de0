import { expect, test } from 'vitest'
import { mandelbrot } from './mandelbrot.ts'
import { Poster, packPixels } from './poster.ts'
import { type Tile, tilesOf } from './poster-view.ts'

const size = { width: 60, height: 40 }

function pixelsOf(tile: Tile): Uint8Array {
  const rows = mandelbrot(tile)
  for (;;) {
    const step = rows.next()
    if (step.done === true) return step.value
  }
}

test('a poster of many tiles is the poster of one', async () => {
  const [many, one] = [new Poster(size), new Poster(size)]
  for (const tile of tilesOf(size, 12)) many.put(tile, packPixels(pixelsOf(tile)))
  for (const tile of tilesOf(size, 1)) one.put(tile, packPixels(pixelsOf(tile)))
  expect(many.done).toBe(1)
  expect(await many.png()).toEqual(await one.png())
})

test('a tile of another size is refused', () => {
  const [tile] = tilesOf(size, 4)
  if (tile === undefined) throw new Error('no tile')
  const poster = new Poster(size)
  expect(() => poster.put(tile, packPixels(new Uint8Array(10)))).toThrow()
  expect(() => poster.put(tile, packPixels(new Uint8Array(1e6)))).toThrow()
  expect(poster.done).toBe(0)
})

test('the picture has the whole range of light', () => {
  const [tile] = tilesOf(size, 1)
  if (tile === undefined) throw new Error('no tile')
  const pixels = pixelsOf(tile)
  expect(Math.max(...pixels)).toBeGreaterThan(240)
  expect(Math.min(...pixels)).toBeLessThan(30)
})
