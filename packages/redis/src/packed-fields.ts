/** Many fields as two arguments: their lengths in bytes, and all of them one behind the other. */
export type PackedFields = readonly [lengths: string, body: Buffer | string]

/** The most bytes that UTF-8 takes for one unit of a JavaScript string. */
const BYTES_PER_UNIT = 3

/** Up to so many, one string is the faster: a buffer would be written to the socket by a slower way. */
const FEW = 50

/**
 * For scripts with many arguments. ioredis measures and joins each argument, and Node encodes the whole once more as it
 * writes it: with 128 jobs of ten fields in a call that was a third of the time of a bulk enqueue.
 */
export function packFields(fields: readonly (string | number)[]): PackedFields {
  const texts = fields.map(String)
  if (texts.length <= FEW) return packText(texts)
  const units = texts.reduce((sum, { length }) => sum + length, 0)
  const body = Buffer.allocUnsafe(units * BYTES_PER_UNIT)
  const lengths: number[] = []
  let end = 0
  for (const text of texts) {
    const length = body.write(text, end)
    lengths.push(length)
    end += length
  }
  return [lengths.join(' '), body.subarray(0, end)]
}

/** n.b. two halves of a character, one field's last and the next one's first, must not become one. */
function packText(texts: readonly string[]): PackedFields {
  const whole = texts.map((text) => text.toWellFormed())
  return [whole.map((text) => Buffer.byteLength(text)).join(' '), whole.join('')]
}
