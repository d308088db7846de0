import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Dashboard } from './dashboard.ts'

/** For `http.createServer`, and for Express: `app.use('/hotline', nodeListener(dashboard))`. */
export function nodeListener(
  dashboard: Pick<Dashboard, 'fetch'>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => void answer(dashboard, incoming, outgoing)
}

async function answer(
  dashboard: Pick<Dashboard, 'fetch'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const left = new AbortController()
  outgoing.once('close', () => left.abort())
  try {
    const request = requestOf(incoming, left.signal)
    if (request === undefined) return void outgoing.writeHead(400).end('Bad request\n')
    const response = await dashboard.fetch(request, { peer: incoming.socket.remoteAddress })
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    if (response.body === null) return void outgoing.end()
    outgoing.flushHeaders()
    await pipeline(Readable.fromWeb(response.body), outgoing)
  } catch {
    // The other side has left in the middle of an answer, or the answer broke: there is nobody to tell, or no way to.
    outgoing.destroy()
  }
}

/** `undefined` for one that no URL can be made of, such as with a forged Host. */
function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const { method = 'GET', url = '/', headers } = incoming
  const address = URL.parse(`http://${headers.host ?? 'localhost'}${url.startsWith('/') ? url : '/'}`)
  if (address === null) return undefined
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  )
  const init = { method, headers: lines, signal }
  if (method === 'GET' || method === 'HEAD') return new Request(address, init)
  return new Request(address, { ...init, body: Readable.toWeb(incoming), duplex: 'half' })
}
