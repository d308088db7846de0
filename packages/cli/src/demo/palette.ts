/** Colours around a circle, with the place of each: night, sea, foam, gold, ember, wine, and night again. */
const STOPS = [
  { at: 0, rgb: [6, 8, 32] },
  { at: 0.16, rgb: [24, 44, 120] },
  { at: 0.34, rgb: [72, 150, 214] },
  { at: 0.46, rgb: [236, 248, 252] },
  { at: 0.6, rgb: [252, 190, 74] },
  { at: 0.74, rgb: [214, 84, 28] },
  { at: 0.88, rgb: [86, 14, 48] },
  { at: 1, rgb: [6, 8, 32] },
] as const

const GAMMA = 2.2
const SIZE = 4096

/** Linear light of the colours around the circle: three numbers from 0 to 1 for each of 4096 places. */
export const palette: Float64Array = makePalette()

/** The byte for a linear light from 0 to 1, by its place among 4096. */
const bytes: Uint8Array = Uint8Array.from({ length: SIZE }, (_, index) =>
  Math.round(255 * (index / (SIZE - 1)) ** (1 / GAMMA)),
)

/** Index into {@link palette} of a place on the circle, where 1 is all the way round. */
export function paletteIndex(turns: number): number {
  return Math.floor((turns - Math.floor(turns)) * SIZE) * 3
}

/** Linear light as a byte of a picture; above 1 is white. */
export function byteOf(light: number): number {
  return bytes[Math.min(SIZE - 1, Math.round(light * (SIZE - 1)))] ?? 0
}

function makePalette(): Float64Array {
  const colours = new Float64Array(SIZE * 3)
  for (let index = 0; index < SIZE; index++) colours.set(colourAt(index / SIZE), index * 3)
  return colours
}

function colourAt(place: number): [number, number, number] {
  const next = STOPS.findIndex(({ at }) => at > place)
  const { at: from, rgb: a } = STOPS[next - 1] ?? STOPS[0]
  const { at: to, rgb: b } = STOPS[next] ?? STOPS[0]
  const u = (place - from) / (to - from)
  const share = u * u * (3 - 2 * u)
  const mix = (x: number, y: number): number => (x / 255) ** GAMMA * (1 - share) + (y / 255) ** GAMMA * share
  return [mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2])]
}
