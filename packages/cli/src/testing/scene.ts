import type { Client, Transport } from '@hotline/core'
import { createClient } from '@hotline/core'
import { transportOf } from '../adapters.ts'

/** A backend of this process that commands reach by a URL of its own, with a client and a transport on it. */
export interface Scene extends AsyncDisposable {
  readonly url: string
  readonly client: Client
  readonly transport: Transport
}

let scenes = 0

export async function scene(): Promise<Scene> {
  scenes += 1
  const url = `memory://scene-${scenes}`
  const transport = await transportOf(url)
  const client = createClient({ transport })
  await client.paused() // connects
  return { url, client, transport, [Symbol.asyncDispose]: () => client.close() }
}
