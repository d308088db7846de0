import { expect, test } from 'vitest'
import { transportOf } from './adapters.ts'
import { run } from './testing/captured-io.ts'
import { scene } from './testing/scene.ts'
import { quick } from './testing/tasks.ts'

test.each([
  ['no-such-scheme', 'does not start with a scheme'],
  ['reddis://h', 'There is no scheme "reddis". Did you mean `redis`?'],
])('%s is refused', async (url, text) => {
  const { exit, err } = await run(['jobs', '--url', url])
  expect([exit, err.includes(text)]).toEqual([2, true])
})

test('a package that is not installed is named, and no password is shown', async () => {
  const adapter = { schemes: ['none'], package: '@hotline/none', factory: 'none', options: () => ({}) }
  await expect(transportOf('none://user:secret@host', { adapters: [adapter] })).rejects.toThrow(
    /^none: the package @hotline\/none is not installed\. Run `npm install @hotline\/none` where @hotline\/cli is installed\.$/,
  )
})

test('commands of one process share a named memory backend, and an unnamed one with nobody', async () => {
  await using shared = await scene()
  await shared.client.enqueue(quick, 1)
  expect((await run(['jobs', '--url', shared.url, '--json'])).out).not.toBe('')
  expect((await run(['jobs', '--url', 'memory:', '--json'])).out).toBe('')
})

test('whoever asks a backend that nobody else can reach is told so', async () => {
  await using shared = await scene()
  const warning =
    'hotline: a memory backend lives and dies with this process, so nobody else can reach its jobs.\n'
  expect((await run(['jobs', '--url', 'memory:'])).err).toBe(warning)
  expect((await run(['jobs'], { url: shared.url })).err).toBe('')
})

test('the option goes before the environment', async () => {
  await using shared = await scene()
  await shared.client.enqueue(quick, 1)
  const { out } = await run(['jobs', '--url', shared.url, '--json'], { url: 'redis://nowhere' })
  expect(out).not.toBe('')
})

test('two transports of one name are two connections to one backend', async () => {
  const [one, two] = [await transportOf('memory://twice'), await transportOf('memory://twice')]
  await one.open()
  await two.open()
  await one.queue.pause('numbers')
  expect(await two.queue.paused()).toEqual(['numbers'])
  await one.close()
  await two.close()
})

test('a namespace goes before the schema that a URL names, since whoever asks for one may delete it', async () => {
  const url = 'postgres://localhost/app?schema=jobs&application_name=x'
  const schemaIn = async (place: { readonly namespace?: string }) => {
    const { description } = await transportOf(url, place)
    return description?.options
  }
  expect(await schemaIn({})).toMatchObject({ schema: 'jobs' })
  expect(JSON.stringify(await schemaIn({ namespace: 'prove.1' }))).not.toContain('jobs')
})
