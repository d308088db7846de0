import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Io } from '../io.ts'
import { textWidth } from '../render/text-width.ts'
import { DemoBoard } from './demo-board.ts'
import { type DemoScene, frame, showDemo } from './demo-screen.ts'
import { Poster } from './poster.ts'

function io(columns: number, env: Io['env'] = {}, isTerminal = true): Io & { readonly written: string[] } {
  const written: string[] = []
  const output = { write: async (text: string) => void written.push(text) }
  const never = new AbortController().signal
  return {
    ...{ written, env, isTerminal, isStderrTerminal: isTerminal, columns, signal: never, hurry: never },
    stdout: output,
    stderr: output,
  }
}

function scene(isColoured: boolean, slots = 2): DemoScene {
  const board = new DemoBoard()
  board.limit = slots
  const busy = { jobId: '0', task: 'greedy-buffer', attempt: 1, since: Date.now() - 61_000 }
  board.slots.set(0, { ...busy, progress: undefined, isStopping: false })
  board.slots.set(1, { ...busy, progress: 0.5, isStopping: false })
  board.rss.set(0, 1024 ** 3).set(1, 61 * 1024 ** 2)
  const standing = () => ({ board, done: 0.41, title: '2400 × 1600 in 130 tiles', elapsedMs: 12_300 })
  return { poster: new Poster({ width: 60, height: 40 }), isColoured, standing }
}

test('fits into a terminal of 80 by 24, picture and all, however many slots there are', () => {
  for (const slots of [1, 2, 64]) {
    const lines = frame(scene(true, slots), io(80, { COLORTERM: 'truecolor' }))
    expect(lines.length).toBeLessThan(24)
    for (const line of lines) expect(textWidth(stripVTControlCharacters(line))).toBeLessThanOrEqual(80)
    expect(lines[0]).toContain('▀')
  }
})

test('shows a line per slot with task, progress and memory', () => {
  const lines = frame(scene(true), io(80, { COLORTERM: 'truecolor' })).map(stripVTControlCharacters)
  expect(lines.join('\n')).toMatch(/0 greedy-buffer 1m 01s/)
  expect(lines.join('\n')).toMatch(/1 greedy-buffer ███░░░ +61 MiB/)
  expect(lines.join('\n')).toContain('running 2 of 2')
})

test.each([
  ['without 24-bit colours', true, 80, {}],
  ['on a narrow terminal', true, 60, { COLORTERM: 'truecolor' }],
  ['without colours', false, 80, { COLORTERM: 'truecolor' }],
])('leaves the picture out %s', (_, isColoured, columns, env) => {
  const lines = frame(scene(isColoured), io(columns, env))
  expect(lines.join('')).not.toContain('▀')
  if (!isColoured) expect(lines.join('')).not.toContain('\x1b')
})

test('gives the cursor back', async () => {
  const terminal = io(80)
  await showDemo(scene(true), terminal, AbortSignal.abort())
  expect(terminal.written.at(0)).toBe('\x1b[?25l')
  expect(terminal.written.at(-1)).toBe('\x1b[?25h')
})

test('writes a plain line where nobody looks at a terminal', async () => {
  const pipe = io(80, {}, false)
  await showDemo(scene(false), pipe, AbortSignal.abort())
  expect(pipe.written).toEqual([expect.stringMatching(/^ 12\.3 s {2}poster {2}41 % {2}running 2 of 2 .*\n$/)])
})
