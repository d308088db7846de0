import { promisify } from 'node:util'
import { crc32, deflate } from 'node:zlib'
import type { Size } from './poster-view.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const RGB_OF_8_BITS = [8, 2, 0, 0, 0]
/** Row filter: each byte less the one of the pixel above. Good for pictures with soft slopes, and quick. */
const UP = 2

/** Encodes pixels of 3 bytes as a PNG. https://www.w3.org/TR/png-3 */
export async function pngOf({ width, height }: Size, pixels: Uint8Array): Promise<Buffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set(RGB_OF_8_BITS, 8)
  const data = await promisify(deflate)(filtered(width * 3, height, pixels), { level: 7 })
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function filtered(stride: number, height: number, pixels: Uint8Array): Uint8Array {
  const rows = new Uint8Array((stride + 1) * height)
  for (let y = 0; y < height; y++) {
    const at = y * (stride + 1)
    rows[at] = UP
    for (let x = 0; x < stride; x++) {
      const above = y === 0 ? 0 : (pixels[(y - 1) * stride + x] ?? 0)
      rows[at + 1 + x] = (pixels[y * stride + x] ?? 0) - above
    }
  }
  return rows
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length, 0)
  frame.set(body, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}
