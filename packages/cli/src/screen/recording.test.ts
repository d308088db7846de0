import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { LiveModel, type Observation } from '@hotline/core'
import { expect, onTestFinished, test } from 'vitest'
import { jsonLine } from '../render/json-line.ts'
import { run } from '../testing/captured-io.ts'
import { START, usualLog } from '../testing/scripted-log.ts'
import { Recorder, readRecording, taken } from './recording.ts'
import { replay, timeWithin } from './replay.ts'
import { ReplayClock } from './replay-clock.ts'

async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotline-recording-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'run.ndjson')
  if (text !== '') await writeFile(file, text)
  return file
}

const linesOf = (seen: readonly Observation[]): string => seen.map(jsonLine).join('')

async function read(file: string) {
  const unread = { count: 0, first: undefined }
  const model = new LiveModel()
  for await (const seen of readRecording(file, unread)) taken(model, seen, unread)
  return { model, unread }
}

function modelOf(seen: readonly Observation[]): LiveModel {
  const model = new LiveModel()
  for (const observation of seen) model.see(observation)
  return model
}

test('a recording adds up to the scene that was recorded', async () => {
  const { seen } = usualLog()
  const file = await fileOf('')
  const recorder = await Recorder.open(file)
  for (const observation of seen) recorder.write(observation)
  await recorder.close()
  const { model, unread } = await read(file)
  expect(unread.count).toBe(0)
  expect(model.scene()).toEqual(modelOf(seen).scene())
})

test('so does one that begins in the middle', async () => {
  const { seen } = usualLog()
  const half = seen.length >> 1
  const live = modelOf(seen.slice(0, half))
  const file = await fileOf('')
  const recorder = await Recorder.open(file)
  recorder.begin(live.scene(), live.tally(), START + 1)
  for (const observation of seen.slice(half)) {
    live.see(observation)
    recorder.write(observation)
  }
  await recorder.close()
  const [now, then] = [live.scene(), (await read(file)).model.scene()]
  const sorted = (jobs: typeof now.jobs) => jobs.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  expect({ ...then, jobs: sorted(then.jobs) }).toEqual({ ...now, jobs: sorted(now.jobs) })
})

test('a file that is there is not written over', async () => {
  const file = await fileOf('mine')
  await expect(Recorder.open(file)).rejects.toThrow('is there already')
  expect(await readFile(file, 'utf8')).toBe('mine')
})

test('of one that is cut, shows what is whole, and says where it is cut', async () => {
  const { seen } = usualLog()
  const { model, unread } = await read(await fileOf(linesOf(seen).slice(0, -40)))
  expect(unread).toEqual({ count: 1, first: `line ${seen.length} is no whole JSON` })
  expect(model.scene()).toMatchObject({ events: modelOf(seen).scene().events, backend: 'redis' })
})

test('of one of another version, or with lines of others in it, shows what it can', async () => {
  const { seen } = usualLog()
  const strange = [
    '{"v":2,"type":"job.queued","at":1}',
    '[]',
    'hello',
    '{"v":1,"at":1,"type":"job.danced"}',
    '{"v":1,"at":"now","type":"stream.gap"}',
    '{"v":1,"at":1,"type":"jobs.seen","jobs":[{"record":{"v":1,"id":"x"}}]}',
    '{"v":1,"at":1,"type":"workers.seen","workers":[{}],"paused":[]}',
  ]
  const { model, unread } = await read(await fileOf(`${strange.join('\n')}\n${linesOf(seen)}`))
  expect(unread.count).toBe(strange.length)
  expect(unread.first).toBe('line 1 is of version 2, and this hotline reads version 1')
  expect(model.scene()).toEqual(modelOf(seen).scene())
})

test('what nothing can be read of is refused, and so is a file that is not there', async () => {
  const [foreign, empty] = [await fileOf('{"hello":1}\nworld\n'), await fileOf('\n')]
  const missing = await fileOf('')
  const why = async (file: string): Promise<string> => (await run(['events', '--replay', file])).err
  expect(await why(foreign)).toMatch(/is no recording: line 1 is nothing that hotline writes\. Make one with/)
  expect(await why(empty)).toMatch(/is no recording: it is empty/)
  expect(await why(missing)).toMatch(/cannot be read \(ENOENT\)/)
})

test('on a pipe, a recording is its events, from a time on, by type and task', async () => {
  const { seen } = usualLog()
  const file = await fileOf(linesOf(seen))
  const all = await run(['events', '--replay', file])
  expect([all.exit, all.err]).toEqual([0, ''])
  expect(all.out).toBe(linesOf(seen.filter((observation) => 'cursor' in observation)))
  const at = new Date(START + 24_000).toISOString()
  const some = await run([
    'events',
    '--replay',
    file,
    '--at',
    at,
    '--types',
    'cancelled',
    '--task',
    'train-model',
  ])
  expect(
    some.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type),
  ).toEqual(['job.cancelled'])
})

test('what is printed on a pipe is a recording, too', async () => {
  const events = usualLog().seen.filter((observation) => 'cursor' in observation)
  const { model, unread } = await read(await fileOf(linesOf(events)))
  expect([unread.count, model.scene().events]).toEqual([0, events.length])
})

test.each([
  [['events', '--speed', '2'], '--speed is for a recording'],
  [['events', '--at', '12:00'], '--at is for a recording'],
  [['events', '--replay', 'x', '--record', 'y'], '--record has no meaning for a recording'],
])('%j is not understood', async (argv, why) => {
  const { exit, err } = await run(argv, { url: 'memory:' })
  expect([exit, err]).toEqual([2, expect.stringContaining(why)])
})

test('a replay comes at its time, from `at` on, and stands still with its clock', async () => {
  const { seen } = usualLog()
  async function* recording() {
    yield* seen
  }
  const clock = new ReplayClock(1000)
  clock.run()
  const at = new Date(START + 12_500).toISOString()
  const times: number[] = []
  for await (const _seen of replay(recording(), { clock, at, signal: new AbortController().signal }))
    times.push(clock.now())
  const late = seen.map((observation, index) => ({ due: observation.at, was: times[index] ?? 0 }))
  for (const { due, was } of late) expect(was).toBeGreaterThanOrEqual(due)
  expect(clock.isRunning).toBe(false)
  expect(clock.now()).toBe(START + 27_000)
  expect(clock.until(START + 28_000)).toBe(1)
})

test('a time is of the day of the recording, or whole', () => {
  const day = new Date(2031, 4, 4, 9, 30).getTime()
  expect(timeWithin('12:03:07', day)).toBe(new Date(2031, 4, 4, 12, 3, 7).getTime())
  expect(timeWithin('2031-05-04T12:00:00Z', day)).toBe(START)
  expect(() => timeWithin('noon', day)).toThrow('--at is "noon"')
})
