import { deflateSync, inflateSync } from 'node:zlib'
import { pngOf } from './png.ts'
import type { Size, Tile } from './poster-view.ts'

/** A tile's pixels as text that fits into a job's result. */
export function packPixels(pixels: Uint8Array): string {
  return deflateSync(pixels, { level: 1 }).toString('base64')
}

/** The picture as it grows, tile by tile. */
export class Poster {
  readonly size: Size
  readonly #pixels: Uint8Array
  #done = 0

  constructor(size: Size) {
    this.size = size
    this.#pixels = new Uint8Array(size.width * size.height * 3)
  }

  /** Share of the picture that is there, from 0 to 1. */
  get done(): number {
    return this.#done / (this.size.width * this.size.height)
  }

  /** Puts a tile in its place. @throws if the text does not hold exactly its pixels */
  put({ left, top, width, height }: Tile, packed: string): void {
    const bytes = width * height * 3
    const tile = inflateSync(Buffer.from(packed, 'base64'), { maxOutputLength: bytes })
    if (tile.length !== bytes) throw new Error(`A tile of ${bytes} bytes came with ${tile.length}.`)
    for (let row = 0; row < height; row++) {
      const to = ((top + row) * this.size.width + left) * 3
      this.#pixels.set(tile.subarray(row * width * 3, (row + 1) * width * 3), to)
    }
    this.#done += width * height
  }

  /** Red, green and blue of the pixel in the middle of a cell, when the picture is cut into `columns` by `rows`. */
  sample(column: number, row: number, columns: number, rows: number): readonly [number, number, number] {
    const x = Math.floor(((column + 0.5) * this.size.width) / columns)
    const y = Math.floor(((row + 0.5) * this.size.height) / rows)
    const at = (y * this.size.width + x) * 3
    return [this.#pixels[at] ?? 0, this.#pixels[at + 1] ?? 0, this.#pixels[at + 2] ?? 0]
  }

  png(): Promise<Buffer> {
    return pngOf(this.size, this.#pixels)
  }
}
