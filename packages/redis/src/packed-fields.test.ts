import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packFields } from './packed-fields.ts'

const field = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.constantFrom('\ud83d', '\ude00'))

test('fields come out as they went in, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      const [lengths, body] = packFields(fields)
      const bytes = Buffer.from(body)
      const texts: string[] = []
      let from = 0
      for (const length of lengths.split(' ').filter((word) => word !== '')) {
        texts.push(bytes.subarray(from, from + Number(length)).toString())
        from += Number(length)
      }
      // As Redis gets them without packing, too: a lone surrogate becomes U+FFFD.
      expect(texts).toEqual(fields.map((field) => Buffer.from(String(field)).toString()))
      expect(from).toBe(bytes.length)
    }),
  )
})
