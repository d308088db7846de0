import { expect, test } from 'vitest'
import { start } from '../testing/captured-io.ts'
import { scene } from '../testing/scene.ts'
import { failing, quick } from '../testing/tasks.ts'

function parsed(text: string): { type: string; cursor: string; task: string }[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

test('on a pipe every line is an event with its cursor, and any of them resumes', async () => {
  await using its = await scene()
  const jobs = [await its.client.enqueue(quick, 1), await its.client.enqueue(quick, 2)]
  const events = start(['events', '--from', 'start'], its)
  await events.until(jobs[1]?.id ?? '')
  events.stop()
  expect([await events.exit, events.err]).toEqual([130, ''])
  const all = parsed(events.out)
  expect(all).toMatchObject(
    jobs.map(({ id }) => ({ v: 1, type: 'job.queued', jobId: id, cursor: expect.any(String) })),
  )
  const rest = start(['events', '--from', all[0]?.cursor ?? ''], its)
  await rest.until(jobs[1]?.id ?? '')
  rest.stop()
  await rest.exit
  expect(parsed(rest.out)).toEqual(all.slice(1))
})

test('types and task choose; a type may leave out its job.', async () => {
  await using its = await scene()
  await its.client.enqueue(failing, null)
  const job = await its.client.enqueue(quick, 1)
  await its.client.pause('default')
  await job.cancel()
  const last = await its.client.enqueue(quick, 2)
  const byTask = start(['events', '--from', 'start', '--task', 'quick'], its)
  const byType = start(['events', '--from', 'start', '--types', 'cancelled,queue.paused'], its)
  await byTask.until(last.id)
  await byType.until('job.cancelled')
  for (const events of [byTask, byType]) events.stop()
  await Promise.all([byTask.exit, byType.exit])
  expect(parsed(byTask.out).map(({ task, type }) => `${task} ${type}`)).toEqual([
    'quick job.queued',
    'quick job.cancelled',
    'quick job.queued',
  ])
  expect(parsed(byType.out).map(({ type }) => type)).toEqual(['queue.paused', 'job.cancelled'])
})

test('on a terminal a line is for people, coloured and cut; --json and NO_COLOR are heeded', async () => {
  await using its = await scene()
  const job = await its.client.enqueue(quick, 1, { tags: ['x'.repeat(100)] })
  const terminal = { ...its, isTerminal: true, columns: 80 }
  const painted = start(['events', '--from', 'start'], terminal)
  const plain = start(['events', '--from', 'start'], { ...terminal, env: { NO_COLOR: '1' } })
  const json = start(['events', '--from', 'start', '--json'], terminal)
  for (const events of [painted, plain, json]) {
    await events.until(job.id.slice(-8))
    events.stop()
    expect(await events.exit).toBe(130)
  }
  expect(painted.out).toContain('\u001b[')
  expect(plain.out).toMatch(/^\d\d:\d\d:\d\d\.\d{3} job\.queued .{55}…\n$/)
  expect(plain.err).toBe('Following events; Ctrl-C ends.\nGo on from here with --from 1\n')
  expect(parsed(json.out)).toMatchObject([{ jobId: job.id }])
})

test('SIGTERM and a reader that left end it, too', async () => {
  await using its = await scene()
  for (const [reason, exit] of [
    ['SIGTERM', 143],
    ['EPIPE', 0],
  ] as const) {
    const events = start(['events', '--from', 'start'], its)
    const job = await its.client.enqueue(quick, 1)
    await events.until(job.id)
    events.stop(reason)
    expect(await events.exit).toBe(exit)
  }
})
