import { defineTask } from '@hotline/core'
import { z } from 'zod'

/** Some rows of the picture: `top` and `rows` in pixels, `pixels` as base64 of one grey byte each. */
export const renderStrip = defineTask('render-strip', {
  input: z.object({ width: z.number(), height: z.number(), top: z.number(), rows: z.number() }),
  output: z.object({ top: z.number(), pixels: z.string() }),
  memory: '256 MiB',
})
