/**
 * Finds a server for the tests. The first way that works is taken:
 *
 *   1. the one that the environment names (REDIS_URL, …). If it does not answer, that is an error, and no other is tried
 *   2. the one on this machine, at its default port
 *   3. a private one, from the program that is installed
 *   4. the same, after installing it with the system's package manager, when root
 *   5. one in a container, by compose.yaml
 *
 * Else nothing: one line says what is missing, and what to do.
 */
import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { PrivateServer, ServerKind } from './server-kind.ts'

const run = promisify(execFile)
const compose = path.join(import.meta.dirname, 'compose.yaml')
const INSTALL_LIMIT_MS = 180_000

/** A server that answers, or the line that says why there is none. `stop` ends what the search has started. */
export type FoundServer =
  | { readonly url: string; readonly how: string; readonly stop: () => Promise<void> }
  | { readonly url: undefined; readonly problem: string }

/** What the search asks of the machine. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hasProgram: (name: string) => Promise<boolean>
  /** Whether the package is installed now. */
  readonly install: (packages: ServerKind['packages']) => Promise<boolean>
  /** Whether the service was started. */
  readonly composeUp: (service: string) => Promise<boolean>
}

export async function findServer(kind: ServerKind, machine: Machine = thisMachine): Promise<FoundServer> {
  const named = machine.env[kind.variable]
  if (named !== undefined && named !== '') {
    if (await answers(kind, named)) return { url: named, how: kind.variable, stop: nothing }
    return missing(kind, `the one that ${kind.variable} names does not answer`)
  }
  if (await answers(kind, kind.localUrl)) return { url: kind.localUrl, how: 'this machine', stop: nothing }
  if (await machine.hasProgram(kind.program)) return own(await kind.startPrivate(), 'a private one')
  if ((await machine.install(kind.packages)) && (await machine.hasProgram(kind.program)))
    return own(await kind.startPrivate(), 'a private one, just installed')
  if ((await machine.composeUp(kind.service)) && (await answers(kind, kind.localUrl)))
    return { url: kind.localUrl, how: 'a container', stop: nothing }
  return missing(kind, 'none runs here, and none could be started')
}

function own(server: PrivateServer, how: string): FoundServer {
  return { url: server.url, how, stop: () => server.stop() }
}

function missing({ name, variable, packages }: ServerKind, why: string): FoundServer {
  const cure = `Set ${variable}, or install the package ${packages['apt-get']}, or start Docker`
  return { url: undefined, problem: `The tests need ${name}, and ${why}. ${cure}.` }
}

async function answers(kind: ServerKind, url: string): Promise<boolean> {
  return kind.probe(url).then(
    () => true,
    () => false,
  )
}

const nothing = async (): Promise<void> => {}

export const thisMachine: Machine = { env: process.env, hasProgram, install, composeUp }

async function hasProgram(name: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const isThere = await succeeds(access(path.resolve(folder, name), constants.X_OK))
    if (isThere) return true
  }
  return false
}

/** A package manager locks its lists, and fails where another is at work, so they go one after the other. */
let lastInstall: Promise<unknown> = Promise.resolve()

async function install(packages: ServerKind['packages']): Promise<boolean> {
  const turn = lastInstall.then(() => installNow(packages))
  lastInstall = turn
  return turn
}

async function installNow(packages: ServerKind['packages']): Promise<boolean> {
  if (process.getuid?.() !== 0) return false
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { env, timeout: INSTALL_LIMIT_MS }
  if (await hasProgram('apk')) return succeeds(run('apk', ['add', '--no-cache', packages.apk], options))
  if (!(await hasProgram('apt-get'))) return false
  const name = packages['apt-get']
  console.log(`Installing ${name} for the tests.`)
  await succeeds(run('apt-get', ['update', '-q'], options))
  return succeeds(run('apt-get', ['install', '-qy', '--no-install-recommends', name], options))
}

async function composeUp(service: string): Promise<boolean> {
  if (!(await hasProgram('docker'))) return false
  return succeeds(run('docker', ['compose', '--file', compose, 'up', '--detach', '--wait', service]))
}

async function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  )
}
