import { writeFile } from 'node:fs/promises'
import { createClient, memory } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import { greyPng } from './png.ts'
import { renderStrip } from './tasks.ts'

const [file = 'mandelbrot.png', width = 900, height = 600] = [
  process.argv[2],
  ...process.argv.slice(3).map(Number),
]
const ROWS = 25

const transport = memory()
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
