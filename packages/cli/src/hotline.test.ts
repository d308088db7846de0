import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const CONDITION = '--conditions=@hotline/source'

const files = {
  hotline: fileURLToPath(new URL('./hotline.ts', import.meta.url)),
  handlers: fileURLToPath(new URL('./testing/handlers.ts', import.meta.url)),
  warningHandlers: fileURLToPath(new URL('./testing/warning-handlers.ts', import.meta.url)),
  endlessEvents: fileURLToPath(new URL('./testing/endless-events.ts', import.meta.url)),
}

/** Starts `hotline`, as the shell does. */
function hotline(...argv: string[]) {
  return hotlineIn(process.cwd(), ...argv)
}

function hotlineIn(cwd: string, ...argv: string[]) {
  const { HOTLINE_URL: _, ...env } = process.env
  const child = spawn(process.execPath, [CONDITION, files.hotline, ...argv], { cwd, env })
  const written = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.err += text
  })
  const exit = once(child, 'close').then(([code, signal]) => code ?? signal)
  const until = async (text: string) => {
    while (!written.err.includes(text)) await once(child.stderr, 'data')
  }
  return { child, written, exit, until }
}

test('the process ends with the exit code of the command', async () => {
  const version = hotline('--version')
  expect([await version.exit, version.written.err]).toEqual([0, ''])
  const wrong = hotline('evnts')
  expect([await wrong.exit, wrong.written.out]).toEqual([2, ''])
  expect(wrong.written.err).toBe('hotline: There is no command "evnts". Did you mean `events`?\n')
})

test('a cursor of another log is one line, and no warning of Node', async () => {
  const events = hotline('events', '--url', 'memory:', '--from', 'never')
  expect(await events.exit).toBe(2)
  const [, ...lines] = events.written.err.trimEnd().split('\n')
  expect(lines).toEqual([expect.stringMatching(/^hotline: "never" is not a cursor/)])
})

test('events ends on SIGINT without a trace', async () => {
  const events = hotline('events', '--url', 'memory:')
  await events.until('memory backend')
  events.child.kill('SIGINT')
  expect([await events.exit, events.written.out]).toEqual([130, ''])
  expect(events.written.err.trimEnd().split('\n')).toHaveLength(1)
})

test('without a URL the jobs are in a file of this folder, which is named, and no warning of Node', async () => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'hotline-cli-')))
  onTestFinished(() => rm(folder, { recursive: true }))
  const listed = async () => {
    const jobs = hotlineIn(folder, 'jobs')
    return [await jobs.exit, jobs.written.out, jobs.written.err]
  }
  const remark = `hotline: the jobs are in ${path.join(folder, 'hotline.db')}`
  const rest = '; --url or HOTLINE_URL names another backend.\n'
  expect(await listed()).toEqual([0, 'No jobs.\n', `${remark}, which is new${rest}`])
  expect(await listed()).toEqual([0, 'No jobs.\n', `${remark}${rest}`])
})

test.each(['SIGINT', 'SIGTERM'] as const)('worker drains on %s and ends with 0', async (signal) => {
  const worker = hotline('worker', files.handlers, '--url', 'memory:', '--concurrency', '1')
  await worker.until('worker.online')
  worker.child.kill(signal)
  expect(await worker.exit).toBe(0)
  expect(worker.written.err).toContain('worker.offline')
})

test('a warning of the process is one inert line', async () => {
  const worker = hotline('worker', files.warningHandlers, '--isolation', 'inline', '--url', 'memory:')
  await worker.until('worker.online')
  worker.child.kill('SIGTERM')
  expect(await worker.exit).toBe(0)
  expect(worker.written.err).toMatch(/^hotline: mind the \\x1b step$/m)
  expect(worker.written.err).not.toContain('(node:')
})

test('a reader that leaves, as head does, ends it quietly', async () => {
  const program = `"${process.execPath}" ${CONDITION} "${files.endlessEvents}"`
  const child = spawn('sh', ['-c', `(${program}; echo "exit $?" >&2) | head -n 3`])
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    err += String(chunk)
  })
  await once(child, 'close')
  expect(err).toBe('exit 0\n')
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).seq),
  ).toEqual([1, 1, 1])
})
