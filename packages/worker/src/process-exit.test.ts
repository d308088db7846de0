import { expect, test } from 'vitest'
import { crashOf } from './process-exit.ts'
import type { ProcessExit } from './runner.ts'

const usage = {
  runMs: 10,
  cpuMs: 8,
  lastRss: 2 ** 30,
  peakRss: 2 ** 31,
  memoryBytes: 2 ** 29,
  isOverMemory: false,
}
const exit: ProcessExit = { kind: 'exited', stderr: '' }
const v8 =
  '\n<--- Last few GCs --->\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n'

test.each([
  [
    'above its limit',
    { signal: 'SIGKILL' },
    { isOverMemory: true },
    'memory',
    'MEMORY_LIMIT',
    '2 GiB of memory, and 512 MiB are',
  ],
  [
    'out of heap',
    { signal: 'SIGABRT', stderr: v8 },
    {},
    'memory',
    'MEMORY_LIMIT',
    'heap of the process was full at 2 GiB',
  ],
  [
    'out of heap in a shell',
    { exitCode: 134, stderr: v8 },
    {},
    'memory',
    'MEMORY_LIMIT',
    'Raise (it is 512 MiB) `memory`',
  ],
  [
    'killed by who knows whom',
    { signal: 'SIGKILL' },
    {},
    'signal',
    'PROCESS_SIGNAL',
    'The kernel does that when memory runs out',
  ],
  [
    'a segmentation fault',
    { signal: 'SIGSEGV' },
    {},
    'signal',
    'PROCESS_SIGNAL',
    'ended by SIGSEGV, which the worker did not',
  ],
  [
    'an exit',
    { exitCode: 3, stderr: 'the why' },
    {},
    'exit',
    'PROCESS_EXIT',
    'exit code 3 before the handler was done',
  ],
  [
    'an offence',
    { signal: 'SIGKILL', offence: 'it lied' },
    {},
    'signal',
    'PROCESS_SIGNAL',
    'was killed: it lied',
  ],
] as const)('%s', (_name, ended, measured, reason, code, text) => {
  const crash = crashOf({ ...exit, ...ended }, { ...usage, ...measured })
  const { exitCode, signal }: Partial<ProcessExit> = ended
  expect(crash).toMatchObject({ reason, code, runMs: 10, cpuMs: 8, lastRss: 2 ** 30, peakRss: 2 ** 31 })
  expect([crash.exitCode, crash.signal]).toEqual([exitCode, signal])
  expect(crash.error.message).toContain(text)
})

test('the last words are part of the evidence, at most 2 KiB of them', () => {
  const { error } = crashOf({ ...exit, exitCode: 1, stderr: `${'x'.repeat(8000)}the end\n` }, usage)
  expect(error.message).toMatch(/It last wrote to stderr:\nx+the end$/)
  expect(error.message.length).toBeLessThan(2300)
})
