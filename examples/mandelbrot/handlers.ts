import { implement } from '@hotline/core'
import { renderStrip } from './tasks.ts'

const MOST = 2000

export default [
  implement(renderStrip, ({ width, height, top, rows }, ctx) => {
    const pixels = Buffer.alloc(width * rows)
    for (let index = 0; index < pixels.length; index++) {
      const x = index % width
      const y = top + Math.floor(index / width)
      const scale = 0.0043 / height
      pixels[index] = grey(-0.74515 + (x - width / 2) * scale, 0.11255 - (y - height / 2) * scale)
    }
    ctx.log(`rows ${top} to ${top + rows - 1} are done`)
    return { top, pixels: pixels.toString('base64') }
  }),
]

/** How long the point takes to escape, as a smooth wave of light and dark; the set itself is black. */
function grey(re: number, im: number): number {
  let [x, y, count] = [0, 0, 0]
  for (; x * x + y * y < 1000 && count < MOST; count++) [x, y] = [x * x - y * y + re, 2 * x * y + im]
  if (count === MOST) return 0
  const smooth = count + 1 - Math.log2(Math.log(x * x + y * y) / 2)
  return Math.round(127.5 - 127.5 * Math.cos(Math.log(smooth) * 5))
}
