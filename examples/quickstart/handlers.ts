import { implement } from '@hotline/core'
import { integrate } from './tasks.ts'

export default [
  implement(integrate, ({ from, to, steps }) => {
    const width = (to - from) / steps
    let area = 0
    for (let step = 0; step < steps; step++) area += Math.sin(from + (step + 0.5) * width) * width
    return { area }
  }),
]
