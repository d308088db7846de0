/** A program that follows a log without end, for a test that stops reading it. */
import { createClient, defineTask } from '@hotline/core'
import { transportOf } from '../adapters.ts'
import { main } from '../main.ts'
import { processIo } from '../process-io.ts'

const url = 'memory://endless'
const client = createClient({ transport: await transportOf(url) })
const task = defineTask('tick')
const io = processIo()
const timer = setInterval(() => void client.enqueue(task, null), 1)
setTimeout(() => process.exit(1), 25_000).unref() // should the test have failed
process.exitCode = await main(['events', '--from', 'start', '--url', url], io)
clearInterval(timer)
await client.close()
io.release()
