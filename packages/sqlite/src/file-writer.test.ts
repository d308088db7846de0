import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DatabaseFile } from './database-file.ts'
import { FileClock, machineTime } from './file-clock.ts'
import { FileWriter } from './file-writer.ts'
import { ensureSchema } from './schema.ts'

let folder: string
let file: DatabaseFile
let writer: FileWriter
let commits = 0

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotline-writer-'))
  file = new DatabaseFile(path.join(folder, 'jobs.db'))
  ensureSchema(file)
  commits = 0
  const clock = new FileClock(file, machineTime, 1000)
  writer = new FileWriter({ file, clock, lockTimeoutMs: 300, onCommit: () => void commits++ })
})
afterEach(async () => {
  writer.close()
  file.close()
  await rm(folder, { recursive: true })
})

const pause = (queue: string) => () => file.run('pause', queue).changes
const paused = () => file.all('paused').map(({ queue }) => queue)

test('a commit is synced to the disk before it counts', () => {
  expect(file.pragma('synchronous')).toBe(2) // full
})

test('what is written within one turn is one commit', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, n) => writer.write('pause', pause(`q${n}`))))
  expect([commits, paused().length]).toEqual([1, 50])
})

test('one step that fails leaves nothing, and takes no other with it', async () => {
  const broken = writer.write('break', () => {
    file.run('pause', 'half')
    throw new RangeError('broken')
  })
  const [one, failed, two] = await Promise.allSettled([
    writer.write('pause', pause('a')),
    broken,
    writer.write('pause', pause('b')),
  ])
  expect([one, two]).toEqual(Array.from({ length: 2 }, () => ({ status: 'fulfilled', value: 1 })))
  expect(failed).toMatchObject({ status: 'rejected', reason: { name: 'RangeError' } })
  expect(paused()).toEqual(['a', 'b'])
})

test('a disk that is full refuses the whole step, says so, and goes on when there is space', async () => {
  const note = (size: number) => () => file.run('append-event', null, 1, 'x'.repeat(size))
  await writer.write('note', note(1))
  const { before } = { before: file.get('log-bounds')?.last }
  // To SQLite a limit of pages is what a full disk is.
  file.script('pragma max_page_count = 60')
  const full = writer.write('append a notice', () => {
    file.run('pause', 'half')
    note(500_000)()
  })
  await expect(full).rejects.toMatchObject({
    code: 'BACKPRESSURE',
    message: expect.stringMatching(
      /^sqlite: cannot append a notice, since the disk of .*jobs\.db is full\. Nothing/,
    ),
  })
  expect([paused(), file.get('log-bounds')?.last]).toEqual([[], before])
  await writer.write('note', note(10))
  file.script('pragma max_page_count = 100000')
  await writer.write('note', note(500_000))
})

test('a lock that another has for long refuses a write, while this loop turns, and stores nothing', async () => {
  const other = new DatabaseSync(file.path)
  other.exec('begin immediate')
  const refused = writer.write('pause a queue', pause('a'))
  let turns = 0
  const turning = setInterval(() => turns++, 1)
  await expect(refused).rejects.toMatchObject({
    code: 'BACKPRESSURE',
    message: expect.stringContaining('another process is writing'),
  })
  clearInterval(turning)
  expect(turns).toBeGreaterThan(3)
  const waits = writer.write('pause a queue', pause('b'))
  other.exec('rollback')
  other.close()
  await waits
  expect(paused()).toEqual(['b'])
})

test('what waits when it is closed rejects, and is not written', async () => {
  const waits = writer.write('pause a queue', pause('a'))
  writer.close()
  await expect(waits).rejects.toMatchObject({ code: 'CLOSED' })
  await expect(writer.write('pause a queue', pause('b'))).rejects.toMatchObject({ code: 'CLOSED' })
  expect(paused()).toEqual([])
})
