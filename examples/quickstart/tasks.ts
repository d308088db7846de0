import { defineTask } from '@hotline/core'
import { z } from 'zod'

export const integrate = defineTask('integrate', {
  input: z.object({ from: z.number(), to: z.number(), steps: z.number().int().positive() }),
  output: z.object({ area: z.number() }),
})
