import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { InvalidOptionError, type Logger } from '@hotline/core'
import { type Auth, createDashboard, isLoopback, nodeListener, tokenAuth } from '@hotline/dashboard'
import type { Command } from '../command.ts'
import { connected } from '../connection.ts'
import type { Given } from '../given.ts'
import { type Io, interruptedExit } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { workerLogger } from '../worker-logger.ts'

/** Where it listens, and who may come in. */
interface Place {
  readonly host: string
  readonly port: number
  readonly auth: Auth | undefined
}

/** `hotline serve` */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serve the dashboard, /metrics for Prometheus and /healthz over HTTP',
  usage: '[options]',
  connects: true,
  options: {
    port: { value: 'PORT', summary: 'Where to listen; by default 4100, and 0 for any that is free' },
    host: { value: 'HOST', summary: 'Address to listen on; by default 127.0.0.1, any other takes a token' },
    token: {
      value: 'TOKEN',
      summary: 'What a visitor has to give as password or bearer token; better in HOTLINE_TOKEN',
    },
  },
  examples: [
    { line: 'hotline serve', what: 'For this machine, at http://127.0.0.1:4100' },
    { line: 'hotline serve --port 8080 --url redis://localhost:6379', what: 'Another port, another backend' },
    { line: 'hotline serve --host 0.0.0.0', what: 'For other machines, with HOTLINE_TOKEN set' },
  ],
  run: (call) => {
    const { io, given } = call
    const place = placeOf(given, io)
    return connected(call, async ({ client }) => {
      const logger = workerLogger(io)
      client.events.on('error', (error) => logger.warn({ err: error }, 'the backend is out of reach'))
      const dashboard = createDashboard({ client, auth: place.auth, logger: onlyErrors(logger) })
      const server = createServer(nodeListener(dashboard))
      try {
        await listen(server, place)
        await io.stderr.write(`The dashboard is at ${addressOf(server, place)}; Ctrl-C ends.\n`)
        await untilAborted(io.signal)
        return interruptedExit(io.signal)
      } finally {
        dashboard.close()
        server.closeAllConnections()
        server.close()
      }
    })
  },
}

/** @throws InvalidOptionError for a host that other machines reach, and no token */
function placeOf(given: Given, { env }: Io): Place {
  const host = given.text('host') ?? '127.0.0.1'
  const token = given.text('token') ?? env.HOTLINE_TOKEN
  const auth = token === undefined || token === '' ? undefined : tokenAuth(token)
  if (auth === undefined && !isLoopback(host)) {
    const problem = `--host ${inertText(host)} lets other machines in, and nobody would be asked who he is.`
    const cure = 'Set HOTLINE_TOKEN to a secret of 16 characters or more, or leave --host out.'
    throw new InvalidOptionError({ option: 'host', problem, cure })
  }
  return { host, port: portOf(given), auth }
}

function portOf(given: Given): number {
  const text = given.text('port') ?? '4100'
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  const problem = `--port is "${inertText(text.slice(0, 60))}".`
  throw new InvalidOptionError({ option: 'port', problem, cure: 'Give a number from 0 to 65535.' })
}

async function listen(server: Server, { host, port }: Place): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const problem = `Nothing can listen on ${inertText(host)}, port ${port} (${code}).`
    throw new InvalidOptionError({ option: 'port', problem, cure: 'Give another --port, or another --host.' })
  }
}

function addressOf(server: Server, { host }: Place): string {
  const address = server.address()
  const port = address === null || typeof address === 'string' ? '' : `:${address.port}`
  return `http://${host.includes(':') ? `[${host}]` : host}${port}`
}

/** Who was refused is no news for an operator, and could be made to fill the terminal. */
function onlyErrors({ error }: Logger): Logger {
  return { debug: () => {}, info: () => {}, warn: () => {}, error }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
