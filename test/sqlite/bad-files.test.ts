/** What may be wrong with a file. Each is one error that names the file and the cure, and nothing is half stored. */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createClient, defineTask } from '@hotline/core'
import { sqlite } from '@hotline/sqlite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newFolder } from './sqlite-stage.ts'

const NOBODY = 65_534
const add = defineTask<number, number>('add')

let folder: string
let file: string
beforeEach(async () => {
  folder = await newFolder()
  file = path.join(folder, 'jobs.db')
})
afterEach(() => rm(folder, { recursive: true }))

/** How opening a file ends. */
async function opened(name = file, lockTimeout = '5s' as const): Promise<unknown> {
  const transport = sqlite({ file: name, lockTimeout })
  try {
    await transport.open()
    return 'open'
  } catch (error) {
    return error
  } finally {
    await transport.close()
  }
}

function trouble(text: string): object {
  const message = expect.stringContaining(text)
  return expect.objectContaining({ code: 'TRANSPORT', transport: 'sqlite', message })
}

test('a folder that is missing', async () => {
  expect(await opened(path.join(folder, 'no', 'jobs.db'))).toEqual(
    trouble(`the folder ${path.join(folder, 'no')} is missing. Make it, or name a file elsewhere.`),
  )
})

test('a folder instead of a file', async () => {
  expect(await opened(folder)).toEqual(trouble(`${folder} is a folder. Name a file, such as`))
})

test.each(['no database at all, by far', 'x'.repeat(10_000)])('a file that is no database', async (text) => {
  await writeFile(file, text)
  expect(await opened()).toEqual(trouble(`${file} is no SQLite database. Name another file`))
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('a database of something else', async () => {
  const other = new DatabaseSync(file)
  other.exec('create table notes (text); insert into notes values (1)')
  other.close()
  expect(await opened()).toEqual(trouble(`${file} is a database of something else. Name another file`))
  const again = new DatabaseSync(file)
  expect(again.prepare('select name from sqlite_schema').all()).toEqual([{ name: 'notes' }])
  again.close()
})

test('a schema that is newer', async () => {
  expect(await opened()).toBe('open')
  const newer = new DatabaseSync(file)
  newer.exec('pragma user_version = 99')
  newer.close()
  expect(await opened()).toEqual(
    trouble(`the schema in ${file} has version 99, and this SDK knows 1 at most. Upgrade @hotline/sqlite`),
  )
})

test('a file in a folder of which only the reading is allowed, as on a disk that is read-only', async () => {
  expect(await opened()).toBe('open')
  await rm(`${file}-wake`)
  await chmod(file, 0o444)
  await chmod(folder, 0o555)
  expect(await asOrdinaryUser(opened)).toEqual(trouble('Give this user the right to write the file'))
  await chmod(folder, 0o777)
})

test('a file of which only the reading is allowed', async () => {
  expect(await opened()).toBe('open')
  await chmod(file, 0o444)
  await chmod(folder, 0o777)
  const enqueued = asOrdinaryUser(async () => {
    const client = createClient({ transport: sqlite({ file }) })
    const outcome = await client.enqueue(add, 1).catch((error: unknown) => error)
    await client.close()
    return outcome
  })
  expect(await enqueued).toEqual(
    trouble(`cannot enqueue in ${file}, which may not be written. Give this user the right to write`),
  )
})

test('a folder in which no file may be made', async () => {
  await chmod(folder, 0o555)
  expect(await asOrdinaryUser(opened)).toEqual(
    trouble(`${file} cannot be opened for writing. Give this user the right to write`),
  )
  await chmod(folder, 0o777)
})

test('a file that is deleted while it is open, and one that is put in its place', async () => {
  const client = createClient({ transport: sqlite({ file }) })
  const job = await client.enqueue(add, 1)
  await rename(file, `${file}.away`)
  const text = `${file} was deleted or replaced while it was open. Nothing was stored.`
  await expect(client.enqueue(add, 2)).rejects.toEqual(trouble(text))
  await expect(job.refresh()).rejects.toEqual(trouble(text))
  await rename(`${file}.away`, file)
  expect((await job.refresh()).state).toBe('queued')
  expect((await Array.fromAsync(client.jobs())).length).toBe(1)
  for (const ending of ['', '-wal', '-shm', '-wake']) await rm(`${file}${ending}`)
  expect(await opened()).toBe('open')
  await expect(client.enqueue(add, 3)).rejects.toEqual(trouble(text))
  await client.close()
  expect(await opened()).toBe('open')
})

test('a file that another process keeps locked', async () => {
  expect(await opened()).toBe('open')
  const other = new DatabaseSync(file)
  other.exec('begin exclusive')
  const client = createClient({ transport: sqlite({ file, lockTimeout: '300ms' }) })
  await expect(client.enqueue(add, 1)).rejects.toMatchObject({
    code: 'BACKPRESSURE',
    message: expect.stringMatching(
      /since another process is writing to .*Nothing was stored\. End what keeps/,
    ),
  })
  other.exec('rollback')
  other.close()
  await client.enqueue(add, 2)
  expect((await Array.fromAsync(client.jobs())).length).toBe(1)
  await client.close()
})

test('a wake file that is deleted costs nobody a job, and is made again', async () => {
  const [one, two] = [sqlite({ file }), sqlite({ file })]
  const [producer, watcher] = [createClient({ transport: one }), createClient({ transport: two })]
  const job = await producer.enqueue(add, 1)
  const seen = watcher.events.stream({ from: 'now', types: ['job.cancelled'] })[Symbol.asyncIterator]()
  const next = seen.next()
  await watcher.paused()
  await rm(`${file}-wake`)
  await job.cancel()
  expect((await next).value).toMatchObject({ type: 'job.cancelled', jobId: job.id })
  await vi.waitFor(() => readFile(`${file}-wake`), { timeout: 20_000 })
  await seen.return?.()
  await producer.close()
  await watcher.close()
})

test('names that are none are refused', async () => {
  for (const name of ['', ':memory:', 'file:jobs.db', 'a\0b'])
    expect(() => sqlite({ file: name })).toThrow('is no name for a file. Give a path')
  expect(() => sqlite({ file, namespace: '../x' })).toThrow('is no namespace. Use 1 to 80')
  await mkdir(path.join(folder, 'deep'))
  expect(sqlite({ file, namespace: 'a.b' }).file).toBe(path.join(folder, 'jobs.a.b.db'))
})

/** A superuser may write everywhere, so he is somebody else meanwhile. */
async function asOrdinaryUser<T>(act: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return act()
  process.seteuid?.(NOBODY)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
  }
}
