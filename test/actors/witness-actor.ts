/** Looks at jobs by their ids alone, on the transport that its parent describes, and prints what it sees as JSON. */
import { createClient } from '@hotline/core'
import { describedTransport } from '../described-transport.ts'

const [description = '', ...ids] = process.argv.slice(2)
const client = createClient({ transport: await describedTransport(JSON.parse(description)) })
const seen = []
for (const id of ids) {
  const { state, error, attempts } = await client.handle(id)
  seen.push({ id, state, attempts, error: error && { code: error.code, message: error.message } })
}
console.log(JSON.stringify(seen))
await client.close()
