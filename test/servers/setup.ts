/**
 * Finds the servers and the browser once per test run, and names them in the environment for all tests and their processes. In CI a
 * missing one ends the run; elsewhere one line says so, and the tests that need it are left out.
 */
import { findChromium } from './chromium.ts'
import type { FoundServer } from './find-server.ts'
import { findServer } from './find-server.ts'
import { postgresKind } from './postgres-kind.ts'
import { rabbitmqKind } from './rabbitmq-kind.ts'
import { redisKind } from './redis-kind.ts'
import type { ServerKind } from './server-kind.ts'

const KINDS = [redisKind, postgresKind, rabbitmqKind]

let found: readonly { readonly kind: ServerKind; readonly server: FoundServer }[] = []

export async function setup(): Promise<void> {
  found = await Promise.all(KINDS.map(async (kind) => ({ kind, server: await findServer(kind) })))
  for (const { kind, server } of found) announce(kind.variable, server)
  // After the servers: a package manager does one thing at a time.
  const { program, problem } = await findChromium()
  announce('HOTLINE_CHROMIUM', program === undefined ? { url: undefined, problem } : { url: program })
}

export async function teardown(): Promise<void> {
  for (const { server } of found) if (server.url !== undefined) await server.stop()
}

function announce(
  variable: string,
  server: { readonly url: string } | { readonly url: undefined; readonly problem: string },
): void {
  if (server.url !== undefined) {
    process.env[variable] = server.url
    return
  }
  if (process.env.CI) throw new Error(server.problem)
  delete process.env[variable]
  console.warn(`${server.problem} The tests that need it are left out.`)
}
