/** The bound: never more jobs at once than a worker has slots, held = running, every job once. One body for all backends. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { HotlineEvent } from '@hotline/core'
import { prove } from '@hotline/core'
import { expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { seeded } from '../mulberry.ts'
import type { CreateStage } from '../stage.ts'
import { Play } from '../stage.ts'

interface BoundOptions {
  readonly workers: number
  readonly concurrency: number
  readonly jobs: number
  /** Each worker in a process of its own, on a backend that processes share. */
  readonly processes?: boolean
}

/** A span in which something ran, on any clock. */
interface Span {
  readonly job: string
  readonly group: string
  readonly from: bigint
  readonly to: bigint
}

export function bound(name: string, create: CreateStage, options: BoundOptions): void {
  const { workers, concurrency, jobs, processes = false } = options
  test(`${workers} workers of ${concurrency} never run more than they may, and each of ${jobs} jobs once, on ${name}`, async () => {
    const random = seeded(`bound on ${name}`)
    const folder = await mkdtemp(path.join(tmpdir(), 'hotline-bound-'))
    await using play = await Play.begin(create)
    const client = play.client()
    const events: HotlineEvent[] = []
    const reading = readUntil(client.events.stream({ from: 'start' }), jobs, events)
    const crew: Seat[] = []
    for (let index = 0; index < workers; index++) {
      const how = { concurrency, niceness: 0 }
      if (processes) await play.workerProcess(how)
      else crew.push(await play.worker(how))
    }
    const heldIdle = watchPresence(crew)

    // Most are short, as 200 jobs of up to 2 s each must fit into a test; the longest is 2 s.
    const lengths = Array.from({ length: jobs }, () => Math.round(10 + 1990 * random() ** 8))
    const items = lengths.map((ms) => ({ input: { do: 'sign' as const, folder, ms } }))
    const handles = await client.enqueueMany(act, items)
    const results = await Promise.all(handles.map((job) => job.result({ timeout: '4m' })))
    await reading

    expect(results).toEqual(handles.map(({ id }) => id))
    expect(heldIdle.stop()).toBe(0)
    expect(prove(events)).toMatchObject({ ok: true, jobs, lost: 0, duplicates: 0, peakHeldIdle: 0 })
    const logged = spansOfLog(events)
    // Of workers within one process the children have one parent, so there the witness is each child for itself.
    const signed = await spansOfFiles(folder, processes ? 'supervisor' : 'child')
    for (const [witness, spans] of Object.entries({ logged, signed })) {
      expect(spans.map(({ job }) => job).toSorted(), witness).toEqual(handles.map(({ id }) => id).toSorted())
      for (const [group, peak] of peaks(spans))
        expect(peak, `${witness}: peak of ${group}`).toBeLessThanOrEqual(concurrency)
    }
    expect(peaks(logged).size).toBe(workers)
    for (const spans of Map.groupBy(logged, ({ group }) => group).values())
      expect(spans.length).toBeGreaterThan(0)
    await rm(folder, { recursive: true })
  }, 300_000)
}

async function readUntil(
  stream: AsyncIterable<HotlineEvent>,
  jobs: number,
  events: HotlineEvent[],
): Promise<void> {
  let succeeded = 0
  for await (const event of stream) {
    events.push(event)
    if (event.type === 'job.succeeded' && ++succeeded === jobs) return
  }
}

interface Seat {
  readonly held: number
  readonly running: number
}

/** Looks at every worker every few ms for a job that it holds without running it. */
function watchPresence(crew: readonly Seat[]): {
  stop(): number
} {
  let most = 0
  const timer = setInterval(() => {
    for (const worker of crew) most = Math.max(most, worker.held - worker.running)
  }, 3)
  return {
    stop: () => {
      clearInterval(timer)
      return most
    },
  }
}

function spansOfLog(events: readonly HotlineEvent[]): Span[] {
  const open = new Map<string, { at: bigint; worker: string }>()
  const spans: Span[] = []
  // The order of the log is the clock: two events of one ms are still one after the other.
  for (const [index, event] of events.entries()) {
    if (event.type === 'job.started') {
      expect(open.has(event.jobId), `${event.jobId} started twice`).toBe(false)
      open.set(event.jobId, { at: BigInt(index), worker: event.worker })
    } else if (event.type === 'job.succeeded') {
      const started = open.get(event.jobId)
      expect(started, `${event.jobId} succeeded without a start`).toBeDefined()
      if (started === undefined) continue
      spans.push({ job: event.jobId, group: started.worker, from: started.at, to: BigInt(index) })
    } else {
      expect(['job.queued', 'worker.online', 'slot.recycled']).toContain(event.type)
    }
  }
  return spans
}

/** What the handlers wrote themselves: by their supervisor, or by process, each of which runs one job at a time. */
async function spansOfFiles(folder: string, by: 'supervisor' | 'child'): Promise<Span[]> {
  const spans: Span[] = []
  for (const file of await readdir(folder)) {
    const lines = (await readFile(path.join(folder, file), 'utf8')).trim().split('\n')
    const facts = lines.map((line) => line.split(' '))
    expect(
      facts.map(([what]) => what),
      file,
    ).toEqual(['start', 'end'])
    const [[, from = '0', parent = '', pid = ''] = [], [, to = '0'] = []] = facts
    spans.push({
      job: path.basename(file, '.log'),
      group: `process ${by === 'supervisor' ? parent : pid}`,
      from: BigInt(from),
      to: BigInt(to),
    })
  }
  return spans
}

/** The most spans of a group that overlap. An end at the moment of a start does not. */
function peaks(spans: readonly Span[]): Map<string, number> {
  const most = new Map<string, number>()
  for (const [group, own] of Map.groupBy(spans, (span) => span.group)) {
    const edges = own.flatMap(({ from, to }) => [
      { at: from, step: 1 },
      { at: to, step: -1 },
    ])
    edges.sort((a, b) => (a.at === b.at ? a.step - b.step : a.at < b.at ? -1 : 1))
    let running = 0
    for (const { step } of edges) {
      running += step
      most.set(group, Math.max(most.get(group) ?? 0, running))
    }
  }
  return most
}
