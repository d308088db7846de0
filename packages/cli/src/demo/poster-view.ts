/** A rectangle of the poster, in pixels from its left and top edge. */
export interface Tile {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** The whole of which it is a part. */
  readonly poster: Size
}

/** In pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The most pixels that fit into one result: 3 bytes each, as base64, below 256 KiB however badly they compress. */
const MOST_PIXELS = 64_000

/**
 * Cuts the poster into about `count` tiles that are nearly square, and as many more as it takes for each to fit into one
 * result. The middle comes first.
 */
export function tilesOf(poster: Size, count: number): readonly Tile[] {
  const { width, height } = poster
  const wanted = Math.max(count, Math.ceil((width * height) / MOST_PIXELS))
  const columns = Math.min(width, Math.max(1, Math.round(Math.sqrt((wanted * width) / height))))
  const rows = Math.min(height, Math.max(1, Math.ceil(wanted / columns)))
  const tiles: Tile[] = []
  for (let row = 0; row < rows; row++) {
    const top = Math.floor((row * height) / rows)
    const bottom = Math.floor(((row + 1) * height) / rows)
    for (let column = 0; column < columns; column++) {
      const left = Math.floor((column * width) / columns)
      const right = Math.floor(((column + 1) * width) / columns)
      tiles.push({ left, top, width: right - left, height: bottom - top, poster })
    }
  }
  return tiles.toSorted((a, b) => fromMiddle(a) - fromMiddle(b))
}

function fromMiddle({ left, top, width, height, poster }: Tile): number {
  return Math.hypot(left + width / 2 - poster.width / 2, top + height / 2 - poster.height / 2)
}

/** The part of the plane that every poster shows at least, whatever its shape: a small copy of the set in Seahorse Valley. */
const CENTRE = { re: -0.743643887037151, im: 0.13182590420533 }
const VIEW = { width: 5.15e-5, height: 5.15e-5 / 1.5 }

/** Where pixels of a poster lie in the complex plane. */
export interface PosterView {
  /** Side of one pixel. */
  readonly step: number
  /** Real part at `x` pixels from the left edge. */
  re(x: number): number
  /** Imaginary part at `y` pixels from the top edge. */
  im(y: number): number
}

export function posterView({ width, height }: Size): PosterView {
  const step = Math.max(VIEW.width / width, VIEW.height / height)
  return {
    step,
    re: (x) => CENTRE.re + (x - width / 2) * step,
    im: (y) => CENTRE.im - (y - height / 2) * step,
  }
}
