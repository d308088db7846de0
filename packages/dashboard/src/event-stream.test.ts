import { createClient, defineTask, memory } from '@hotline/core'
import { expect, onTestFinished, test } from 'vitest'
import { createDashboard, type Dashboard } from './dashboard.ts'
import type { Frame } from './frame.ts'

const EVENTS = 'http://127.0.0.1:4100/api/events'
const quick = defineTask<number, number>('quick')

function dashboard() {
  const client = createClient({ transport: memory() })
  const made = createDashboard({ client })
  onTestFinished(async () => {
    made.close()
    await client.close()
  })
  return { client, dashboard: made }
}

test('streams resume behind Last-Event-ID, and begin anew with a cursor that is none', async () => {
  const { dashboard: its, client } = dashboard()
  const first = await framesOf(its, {}, async () => {
    await client.enqueue(quick, 1)
  })
  expect(types(first)).toEqual(['hello', 'caught-up', 'job.queued'])
  const missed = await client.enqueue(quick, 2)
  const cursor = first.at(-1)?.id ?? ''
  const second = await framesOf(its, { 'last-event-id': cursor })
  expect(second.map(({ frame }) => frame)).toMatchObject([
    { type: 'hello', isFresh: false },
    { type: 'job.queued', jobId: missed.id },
  ])
  const third = await framesOf(its, { 'last-event-id': 'no cursor' }, undefined, 'caught-up')
  expect(third.findLast(({ frame }) => frame.type === 'hello')?.frame).toMatchObject({ isFresh: true })
})

test('of streams leaves out what may be large', async () => {
  const { dashboard: its, client } = dashboard()
  await client.enqueue(quick, 1)
  const frames = await framesOf(its, {}, undefined, 'caught-up')
  const [job] = frames.flatMap(({ frame }) => (frame.type === 'jobs' ? frame.jobs : []))
  expect(job).toMatchObject({ task: 'quick', state: 'queued' })
  expect(job?.enqueueSite).toBeUndefined()
})

interface Message {
  readonly id: string | undefined
  readonly frame: Frame
}

/** What comes over a stream until a frame of the type, leaving out looks at workers. */
async function framesOf(
  its: Dashboard,
  headers: Record<string, string>,
  onCaughtUp: (() => Promise<void>) | undefined = undefined,
  last: Frame['type'] = 'job.queued',
): Promise<Message[]> {
  const stop = new AbortController()
  const { body } = await its.fetch(new Request(EVENTS, { headers, signal: stop.signal }))
  const messages: Message[] = []
  let rest = ''
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const message of blocks.flatMap(messageOf)) {
      if (message.frame.type !== 'workers') messages.push(message)
      if (message.frame.type === 'caught-up') await onCaughtUp?.()
    }
    if (messages.at(-1)?.frame.type === last) break
  }
  stop.abort()
  return messages
}

function messageOf(block: string): Message[] {
  const [, id] = /^id: (.*)$/m.exec(block) ?? []
  const [, data] = /^data: (.*)$/m.exec(block) ?? []
  return data === undefined ? [] : [{ id, frame: JSON.parse(data) }]
}

function types(messages: readonly Message[]): string[] {
  return messages.map(({ frame }) => frame.type)
}
