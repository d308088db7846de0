import { setImmediate } from 'node:timers/promises'
import { implement } from '@hotline/core'
import { countPrimes } from './tasks.ts'

export default [
  implement(countPrimes, async ({ below }, ctx) => {
    let primes = 0
    for (let number = 2; number < below; number++) {
      if (isPrime(number)) primes += 1
      if (number % 10_000 !== 0) continue
      ctx.progress({ done: number / below })
      await setImmediate() // a turn for the abort signal
      ctx.signal.throwIfAborted()
    }
    return { primes }
  }),
]

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false
  return true
}
