/** A server that ends a connection in the packet in which it greets: a proxy before the real one adds the end. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { createClient } from '@hotline/core'
import { postgres } from '@hotline/postgres'
import { expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { addressOf, urlTo } from '../server-address.ts'
import { describePostgres, dropSchema, newSchema, POSTGRES_URL } from './postgres-stage.ts'

/** ReadyForQuery, with which a greeting ends. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
const FIELDS = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0')
const END = Buffer.concat([Buffer.from([0x45, 0, 0, 0, FIELDS.length + 4]), FIELDS])
const ENDED = 5

describePostgres(() =>
  test('a connection that is ended as it begins is another one soon, and no error goes unheard', async () => {
    const address = addressOf(POSTGRES_URL, 5432)
    let ended = 0
    const server = createServer((near) => {
      const far = connect(address.port, address.host)
      for (const socket of [near, far]) socket.on('error', () => {})
      near.pipe(far)
      far.on('close', () => near.destroy())
      far.on('data', (piece: Buffer) => {
        const isGreeting = piece.subarray(-READY.length).equals(READY) && piece[0] !== 0x43
        if (!isGreeting || ended >= ENDED || near.bytesWritten > 100) near.write(piece)
        else {
          ended += 1
          near.end(Buffer.concat([piece, END]))
        }
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port }: AddressInfo = Object(server.address())
    const schema = newSchema()
    const connectionString = urlTo(POSTGRES_URL, { host: '127.0.0.1', port })
    await using client = createClient({ transport: postgres({ connectionString, schema }) })
    expect((await client.enqueue(act, { do: 'return', value: 1 })).state).toBe('queued')
    expect(ended).toBe(ENDED)
    await client.close()
    server.close()
    await dropSchema(POSTGRES_URL, schema)
  }, 60_000),
)
