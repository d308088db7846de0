import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

const LOWEST = 12_000
/** Linux takes the ports of outgoing connections from here on (net.ipv4.ip_local_port_range). */
const FIRST_EPHEMERAL = 32_768
const TRIES = 100

/**
 * A free port of loopback that no outgoing connection takes, so that a server which is down for a while finds it free
 * again. (Measured: a broker with a port of the upper range failed to bind it after a restart.)
 */
export async function lowPort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(LOWEST, FIRST_EPHEMERAL)
    if (await isFree(port)) return port
  }
  throw new Error(`No port of loopback between ${LOWEST} and ${FIRST_EPHEMERAL} is free.`)
}

async function isFree(port: number): Promise<boolean> {
  const listener = createServer().listen(port, '127.0.0.1')
  try {
    await once(listener, 'listening')
  } catch {
    return false
  }
  listener.close()
  await once(listener, 'close')
  return true
}
