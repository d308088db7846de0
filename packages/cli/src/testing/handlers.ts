import { setTimeout as sleep } from 'node:timers/promises'
import { implement } from '@hotline/core'
import { failing, lasting, quick } from './tasks.ts'

export default [
  implement(quick, (value) => value * 2),
  implement(failing, () => {
    throw new TypeError('bad \u001b[31mnumber', { cause: new RangeError('too large') })
  }),
  implement(lasting, async (ms, { progress, signal, log }) => {
    progress({ done: 0.5 })
    log('half way')
    await sleep(ms, undefined, { signal })
    return null
  }),
]
