import type { Client, Transport } from '@hotline/core'
import { createClient } from '@hotline/core'
import { isLonely, transportOf } from './adapters.ts'
import type { Call } from './command.ts'

/** What a command that connects has: a client, and the transport that a worker may share with it. */
export interface Connection {
  readonly client: Client
  readonly transport: Transport
}

/** Opens the backend of `--url` or `HOTLINE_URL` for as long as `use` takes, or until the command is to end. */
export async function connected(
  call: Call,
  use: (connection: Connection) => Promise<number>,
): Promise<number> {
  const { io } = call
  const transport = await transportOf(await urlOf(call))
  const client = createClient({ transport })
  try {
    io.signal.throwIfAborted()
    return await use({ client, transport })
  } finally {
    await client.close()
  }
}

/** As {@link connected}, for commands that have nothing to tidy up: when they are to end, every pending call rejects. */
export function briefly(call: Call, use: (client: Client) => Promise<number>): Promise<number> {
  return connected(call, async ({ client }) => {
    const close = () => void client.close()
    call.io.signal.addEventListener('abort', close)
    try {
      return await use(client)
    } finally {
      call.io.signal.removeEventListener('abort', close)
    }
  })
}

/** `--url` or `HOTLINE_URL`. */
export async function urlOf({ given, io }: Call): Promise<string | undefined> {
  const url = given.text('url') ?? io.env.HOTLINE_URL
  if (isLonely(url)) {
    await io.stderr.write(
      'hotline: a memory backend lives and dies with this process, so nobody else can reach its jobs.\n',
    )
  }
  return url
}
