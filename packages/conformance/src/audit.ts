/**
 * What holds at the end of every clause, whatever it did: each job's events are numbered 1, 2, 3 … without holes and
 * never go back in time, nothing follows a final event but a fence, and each record is the fold of its events.
 */
import assert from 'node:assert/strict'
import type { JobRecord, Transport } from '@hotline/core'
import { FINAL_STATES } from '@hotline/core'
import { foldOf, partOf } from './fold.ts'
import { waitFor } from './patience.ts'
import type { LoggedJobEvent, Reader } from './reader.ts'
import type { Scene } from './scene.ts'

const FINAL_EVENTS: ReadonlySet<string> = new Set(FINAL_STATES.map((state) => `job.${state}`))

/** Audits every job whose events are all there. */
export async function audit(scene: Scene, transport: Transport): Promise<void> {
  const history = await scene.history(transport)
  const records = new Map((await scene.list(transport)).map((record) => [record.id, record]))
  for (const [id, events] of byJob(history)) {
    if (events[0]?.type !== 'job.queued') continue
    auditEvents(id, events)
    const record = await caughtUp(scene, transport, records.get(id), events.length)
    // A sweep may have appended since the events were read; a finished job may have been forgotten.
    if (record?.seq !== events.length) continue
    assert.deepEqual(partOf(record), foldOf(events), `the record of job ${id} is not the fold of its events`)
  }
}

/** The record, once it has all events that a reader has seen: soon, when another process appended them. */
async function caughtUp(
  scene: Scene,
  transport: Transport,
  listed: JobRecord | undefined,
  seq: number,
): Promise<JobRecord | undefined> {
  if (listed === undefined || listed.seq >= seq) return listed
  return await waitFor(`the record of job ${listed.id} to reach event ${seq}`, scene.soonMs, async () => {
    const seen = await transport.log.get(listed.id)
    return seen !== undefined && seen.record.seq >= seq && seen.record
  })
}

export function byJob(history: Reader): ReadonlyMap<string, readonly LoggedJobEvent[]> {
  return Map.groupBy(history.ofJob(), (event) => event.jobId)
}

export function auditEvents(id: string, events: readonly LoggedJobEvent[]): void {
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, index) => index + 1),
    `seq of job ${id}`,
  )
  for (const [index, event] of events.entries()) {
    assert.ok(
      event.at >= (events[index - 1]?.at ?? 0),
      `event ${event.seq} of job ${id} is older than the one before`,
    )
  }
  const end = events.findIndex((event) => FINAL_EVENTS.has(event.type))
  const after = end < 0 ? [] : events.slice(end + 1).map((event) => event.type)
  assert.deepEqual(
    after.filter((type) => type !== 'attempt.fenced'),
    [],
    `job ${id} went on after its end`,
  )
}
