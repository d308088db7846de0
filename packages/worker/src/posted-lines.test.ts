import { HandlersError } from '@hotline/core'
import { expect, test } from 'vitest'
import { PostedLines } from './posted-lines.ts'
import { revivedError } from './revived-error.ts'
import { Tally } from './tally.ts'
import type { LineFromThread } from './thread-message.ts'

test('facts that are errors travel as documents, and come back in their class', () => {
  const posted: LineFromThread[] = []
  const { logger } = new PostedLines(new Tally(), (line) => posted.push(line))
  const err = new HandlersError({ module: 'm.ts', problem: 'it is empty', cure: 'Fill it.' })
  logger.warn({ err, slot: 3 }, 'hm')
  const [line] = structuredClone(posted)
  expect(line).toMatchObject({ type: 'logged', level: 'warn', facts: { slot: 3 }, message: 'hm' })
  const [name, document] = (line?.type === 'logged' && line.errors[0]) || []
  const revived = document && revivedError(document)
  expect(name).toBe('err')
  expect(revived).toBeInstanceOf(HandlersError)
  expect(revived).toMatchObject({ code: 'HANDLERS_INVALID', module: 'm.ts', message: err.message })
})

test('an application that reads nothing gets the first lines, and then how many were dropped', () => {
  const posted: LineFromThread[] = []
  const tally = new Tally()
  const lines = new PostedLines(new Tally(tally.buffer), (line) => posted.push(line))
  for (let i = 0; i < 10_050; i++) lines.print(`line ${i}`, 'stdout', 7)
  expect(posted).toHaveLength(10_000)
  for (let i = 0; i < 10_000; i++) tally.read()
  lines.print('again', 'stdout', 7)
  expect(posted.slice(10_000)).toMatchObject([
    { type: 'logged', level: 'warn', facts: { dropped: 50 } },
    { type: 'printed', line: 'again' },
  ])
  expect(tally.unread).toBe(2)
})
