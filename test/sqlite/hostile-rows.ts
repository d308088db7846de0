/** What a stranger with write access might leave in the tables of a file. */
import { randomUUID } from 'node:crypto'
import type { JobId } from '@hotline/core'
import { TEXTS as COMMON_TEXTS, Forger } from '../bodies/forger.ts'

export interface Statement {
  readonly text: string
  readonly values: readonly (string | number | null)[]
}

const TEXTS = [...COMMON_TEXTS, '\x00', '\x01\x7f', '\\ud800']
const TIMES = [0, -1, 1, 1e14, 9e15, Date.now()]

/** So many rows, the same for a seed. The victims wait, and must go on waiting. */
export function hostileRows(victims: readonly JobId[], count: number): Statement[] {
  const forger = new Forger('hostile rows on sqlite')
  const pick = forger.pick.bind(forger)
  const job = (id: string, place: number, record: string): Statement => ({
    text: `insert into job
      (id, task, queue, place, priority, due_at, line, seq, record, expires_at, lease_until, forget_at)
      values (?, 'act', 'default', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    values: [
      ...[id, place, pick([0, 1, 2, 7]), pick(TIMES), pick([0, 1, -5]), pick([0, 1, -5, 7])],
      ...[record, pick([null, ...TIMES]), pick([null, ...TIMES]), pick([null, ...TIMES])],
    ],
  })
  const input = (id: string): Statement => ({
    text: 'insert into input (id, body) values (?, ?)',
    values: [id, pick(TEXTS)],
  })
  const id = () => pick([randomUUID(), 'no id', ''])

  const kinds: readonly (() => Statement[])[] = [
    // jobs that no hotline wrote, with an input and without, that wait, run, or are over
    () => [job(randomUUID(), pick([0, 1, 2, 9]), pick(TEXTS))],
    () => {
      const forged = randomUUID()
      return [job(forged, pick([0, 1, 2]), forger.record(forged)), input(forged)]
    },
    () => [job(id(), 0, pick(TEXTS)), input(id())],
    () => {
      const forged = uuid7()
      return [job(forged, pick([0, 1]), waitingRecord(forged, pick(['queued', 'running', 'succeeded'])))]
    },
    // the log and the messages
    () => [{ text: 'insert into event (at, body) values (?, ?)', values: [pick(TIMES), pick(TEXTS)] }],
    () => [
      {
        text: 'insert into event (job_id, at, body) values (?, ?, ?)',
        values: [randomUUID(), pick(TIMES), pick([forger.success(pick(victims)), ...TEXTS])],
      },
    ],
    () => [{ text: 'insert into message (at, body) values (?, ?)', values: [pick(TIMES), pick(TEXTS)] }],
    // heartbeats, pauses and the rest
    () => [
      {
        text: 'insert into worker (name, seen_at, silent_at, presence) values (?, ?, ?, ?) on conflict do nothing',
        values: [pick(['w', '', 'x'.repeat(300)]), pick(TIMES), pick(TIMES), pick(TEXTS)],
      },
    ],
    () => [{ text: 'insert into paused (queue) values (?) on conflict do nothing', values: [pick(TEXTS)] }],
    () => [
      {
        text: `insert into dead (key, reason, at) values ('stranger', ?, ?)`,
        values: ['written by a stranger', pick(TIMES)],
      },
    ],
  ]
  return Array.from({ length: count }, () => pick(kinds)()).flat()
}

/** The id of a job that was made just now. */
function uuid7(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

/** A record that reads well and is of no job: there is no input, and nothing led to it. */
function waitingRecord(id: string, state: string): string {
  return JSON.stringify({
    ...{
      v: 1,
      id,
      task: 'act',
      queue: 'default',
      digest: '',
      priority: 'normal',
      state,
      tags: [],
      attempts: [],
    },
    ...{ seq: 1, attempt: 0, failures: 0, crashes: 0, misses: 0, queuedAt: 1, runAt: 1, updatedAt: 1 },
    cancel: { at: 1 },
    limits: { attempts: 3, crashLimit: 3, retentionMs: 3_600_000, backoff: {} },
  })
}
