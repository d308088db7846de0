import { byteOf, palette, paletteIndex } from './palette.ts'
import { posterView, type Tile } from './poster-view.ts'

const MOST_ITERATIONS = 4000
/** Square of the distance at which a point counts as escaped; large, so that its smooth count is smooth. */
const BAILOUT = 1e4
/** Samples per pixel and direction. */
const SAMPLES = 2
/** Where on the palette the count of iterations starts, and how fast its logarithm goes round. */
const PHASE = 0.35
const TURNS = 1.3
/** Where the light comes from, and how high it stands. */
const LIGHT = { x: Math.cos(2.3), y: Math.sin(2.3), height: 1.4 }
/** Linear light inside the set. */
const INSIDE = [0.002, 0.002, 0.008] as const

/**
 * Renders a tile row by row, and yields how many rows are done; returns the pixels, 3 bytes each. Every sample follows
 * the orbit of its point together with its derivative, which tells how far the set is and which way it slopes.
 */
export function* mandelbrot(tile: Tile): Generator<number, Uint8Array> {
  const { left, top, width, height } = tile
  const view = posterView(tile.poster)
  const pixels = new Uint8Array(width * height * 3)
  const light = new Float64Array(3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      light.fill(0)
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const dx = ((sample % SAMPLES) + 0.5) / SAMPLES
        const dy = (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES
        addSample(light, view.re(left + x + dx), view.im(top + y + dy), view.step)
      }
      for (let channel = 0; channel < 3; channel++)
        pixels[(y * width + x) * 3 + channel] = byteOf((light[channel] ?? 0) / SAMPLES ** 2)
    }
    yield y + 1
  }
  return pixels
}

/** Adds the light of one point of the plane. */
function addSample(light: Float64Array, re: number, im: number, step: number): void {
  let zr = 0
  let zi = 0
  let dr = 0
  let di = 0
  let rr = 0
  let ii = 0
  let count = 0
  while (rr + ii < BAILOUT && count < MOST_ITERATIONS) {
    const next = 2 * (zr * dr - zi * di) + 1
    di = 2 * (zr * di + zi * dr)
    dr = next
    zi = 2 * zr * zi + im
    zr = rr - ii + re
    rr = zr * zr
    ii = zi * zi
    count += 1
  }
  const isInside = count === MOST_ITERATIONS
  const shade = isInside ? 1 : shadeOf({ zr, zi, dr, di, step })
  const smooth = count + 1 - Math.log2(Math.log(rr + ii) / 2)
  const index = isInside ? 0 : paletteIndex(Math.log(smooth) * TURNS + PHASE)
  for (let channel = 0; channel < 3; channel++) {
    const colour = isInside ? INSIDE[channel] : palette[index + channel]
    light[channel] = (light[channel] ?? 0) + (colour ?? 0) * shade
  }
}

interface Escape {
  readonly zr: number
  readonly zi: number
  readonly dr: number
  readonly di: number
  readonly step: number
}

/** How bright a point is: darker close to the set, and as its slope faces the light. */
function shadeOf({ zr, zi, dr, di, step }: Escape): number {
  const size = Math.sqrt(zr * zr + zi * zi)
  const growth = Math.sqrt(dr * dr + di * di)
  const pixelsAway = (2 * size * Math.log(size)) / growth / step
  const slopeX = (zr * dr + zi * di) / (size * growth)
  const slopeY = (zi * dr - zr * di) / (size * growth)
  const facing = (slopeX * LIGHT.x + slopeY * LIGHT.y + LIGHT.height) / (1 + LIGHT.height)
  const clear = Math.min(1, Math.sqrt(pixelsAway / 1.2))
  return (0.35 + 0.85 * Math.max(0, facing)) * (0.25 + 0.75 * clear)
}
