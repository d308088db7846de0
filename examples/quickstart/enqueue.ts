/** For the file that `hotline worker` and `hotline events` share when no backend is named: enqueues a job, and waits for it. */
import { createClient } from '@hotline/core'
import { sqlite } from '@hotline/sqlite'
import { integrate } from './tasks.ts'

const client = createClient({ transport: sqlite({ file: './hotline.db' }) })
const job = await client.enqueue(integrate, { from: 0, to: Math.PI, steps: 20_000_000 })
console.log(await job.result())
await client.close()
