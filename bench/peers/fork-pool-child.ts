import { burn } from '../burn.ts'

process.on('message', ({ ms }: { readonly ms: number }) => {
  burn(ms)
  process.send?.(ms)
})
process.send?.('ready')
