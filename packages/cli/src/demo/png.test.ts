import { crc32, inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { pngOf } from './png.ts'

interface Chunk {
  readonly type: string
  readonly data: Buffer
}

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const body = png.subarray(at + 4, at + 8 + length)
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body))
    chunks.push({ type: body.toString('latin1', 0, 4), data: body.subarray(4) })
    at += length + 12
  }
  return chunks
}

test('a PNG holds the pixels that it was made of', async () => {
  const size = { width: 5, height: 4 }
  const pixels = Uint8Array.from({ length: 60 }, (_, index) => (index * 97) % 256)
  const png = await pngOf(size, pixels)
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
  const [header, data, end] = chunksOf(png)
  expect([header?.type, data?.type, end?.type]).toEqual(['IHDR', 'IDAT', 'IEND'])
  expect([...(header?.data ?? [])]).toEqual([0, 0, 0, 5, 0, 0, 0, 4, 8, 2, 0, 0, 0])
  const rows = inflateSync(data?.data ?? Buffer.alloc(0))
  const restored = new Uint8Array(60)
  for (let y = 0; y < 4; y++) {
    expect(rows[y * 16]).toBe(2)
    for (let x = 0; x < 15; x++)
      restored[y * 15 + x] = (rows[y * 16 + 1 + x] ?? 0) + (y === 0 ? 0 : (restored[(y - 1) * 15 + x] ?? 0))
  }
  expect(restored).toEqual(pixels)
})
