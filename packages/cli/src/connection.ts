import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Client, Transport } from '@hotline/core'
import { createClient } from '@hotline/core'
import { DEFAULT_URL, isLonely, sqliteFile, transportOf } from './adapters.ts'
import type { Call } from './command.ts'
import { inertText } from './render/inert-text.ts'

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

/** `--url` or `HOTLINE_URL`, or the file in this folder, and then it says so. */
export async function urlOf({ given, io }: Call): Promise<string> {
  const url = given.text('url') ?? (io.env.HOTLINE_URL || undefined)
  if (url === undefined) {
    await io.stderr.write(`hotline: ${defaultRemark()}\n`)
    return DEFAULT_URL
  }
  if (isLonely(url)) {
    await io.stderr.write(
      'hotline: a memory backend lives and dies with this process, so nobody else can reach its jobs.\n',
    )
  }
  return url
}

/** Who is in the wrong folder sees it. */
function defaultRemark(): string {
  const file = sqliteFile(DEFAULT_URL)
  const isNew = existsSync(file) ? '' : ', which is new'
  return `the jobs are in ${inertText(path.resolve(file))}${isNew}; --url or HOTLINE_URL names another backend.`
}
