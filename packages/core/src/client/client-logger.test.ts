import { afterEach, expect, test, vi } from 'vitest'
import { TransportError } from '../error.ts'
import { memory } from '../memory/memory.ts'
import { defineTask } from '../task/task.ts'
import { createClient } from './client.ts'

const quick = defineTask<number, number>('quick')
const outage = new TransportError({ transport: 'memory', problem: 'it is out of reach', cure: 'Wait.' })

afterEach(() => vi.restoreAllMocks())

/** A client whose first subscription fails, and what it said to a logger shaped like pino. */
function scene({ hasLogger }: { readonly hasLogger: boolean }) {
  const said: [level: string, facts: object, message: string][] = []
  const say = (level: string) => (facts: object, message: string) => void said.push([level, facts, message])
  const logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  const transport = memory()
  vi.spyOn(transport.log, 'subscribe').mockRejectedValueOnce(outage)
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const client = createClient(hasLogger ? { transport, logger } : { transport })
  return { client, said, warn }
}

test('a logger is told of jobs and outages, as facts and a message', async () => {
  const { client, said, warn } = scene({ hasLogger: true })
  await using _ = client
  client.events.on('job.queued', () => {})
  const job = await client.enqueue(quick, 1, { key: 'k' })
  await client.enqueue(quick, 1, { key: 'k' })
  await vi.waitFor(() => expect(said.length).toBe(3), 10_000)
  const facts = { jobId: job.id, task: 'quick', queue: 'default' }
  expect(said).toEqual([
    ['warn', { err: outage, transport: 'memory' }, expect.stringContaining('cannot be read')],
    ['debug', facts, 'enqueued a job'],
    ['debug', facts, 'found a job by its key'],
  ])
  expect(warn).not.toHaveBeenCalled()
})

test('without one, an outage that nobody listens to is a warning of the process', async () => {
  const { client, warn } = scene({ hasLogger: false })
  await using _ = client
  client.events.on('job.queued', () => {})
  await vi.waitFor(() => expect(warn).toHaveBeenCalledWith(outage), 10_000)
})
