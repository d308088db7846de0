/** Tells its parent when it heard of an event. Arguments: `hotline` and options of the transport, or `bare`, url, stream. */
import { createClient } from '@hotline/core'
import { redis } from '@hotline/redis'
import { Redis } from 'ioredis'

const [kind, where = '', stream = ''] = process.argv.slice(2)
const tell = () => process.send?.(String(process.hrtime.bigint()))

if (kind === 'hotline') {
  const client = createClient({ transport: redis(JSON.parse(where)) })
  client.events.on('job.queued', tell).on('queue.paused', tell).on('queue.resumed', tell)
  await client.workers()
  tell()
} else {
  const reader = new Redis(where)
  tell()
  for (let position = '$'; ; ) {
    const answer = await reader.xread('BLOCK', 0, 'STREAMS', stream, position)
    for (const [id] of answer?.[0]?.[1] ?? []) {
      position = id
      tell()
    }
  }
}
