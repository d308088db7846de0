import { defineTask } from '@hotline/core'
import { z } from 'zod'

/** Counts the primes below a number, by trial division: slow on purpose. */
export const countPrimes = defineTask('count-primes', {
  input: z.object({ below: z.number().int().min(2).max(20_000_000) }),
  output: z.object({ primes: z.number() }),
  progress: z.object({ done: z.number() }),
  attempts: 2,
  timeout: '10m',
})
