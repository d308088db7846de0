import { implement } from '@hotline/core'
import { burn } from './burn.ts'
import { burnTask, noop } from './tasks.ts'

export default [
  implement(burnTask, ({ ms }) => {
    burn(ms)
    return ms
  }),
  implement(noop, (n) => n),
]
