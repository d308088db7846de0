import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { createClient } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import { transportOf } from '../web-app/transport.ts'
import { greyPng } from './png.ts'
import { renderStrip } from './tasks.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: 'string', default: 'memory:' } },
})
const [file = 'mandelbrot.png'] = positionals
const [width = 900, height = 600] = positionals.slice(1).map(Number)
const ROWS = 25

const transport = transportOf(values.url)
const client = createClient({ transport })
const worker = createWorker({ transport, handlers: new URL('./handlers.ts', import.meta.url) })
await worker.start()

const picture = Buffer.alloc(width * height)
client.events.on('job.succeeded', ({ jobId, runMs }) => console.log(`${jobId} took ${Math.round(runMs)} ms`))

const strips = Array.from({ length: Math.ceil(height / ROWS) }, (_, index) => {
  const top = index * ROWS
  return { input: { width, height, top, rows: Math.min(ROWS, height - top) } }
})
for (const job of await client.enqueueMany(renderStrip, strips)) {
  const { top, pixels } = await job.result()
  picture.set(Buffer.from(pixels, 'base64'), top * width)
}

await writeFile(file, greyPng(width, height, picture))
console.log(`${file}: ${width} × ${height}, ${strips.length} jobs, ${worker.limit} at once`)
await worker.stop()
await client.close()
