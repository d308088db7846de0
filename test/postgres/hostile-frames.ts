/** What a stranger with write access might leave in the tables of a schema. */
import { createHash, randomUUID } from 'node:crypto'
import type { JobId } from '@hotline/core'
import { TEXTS as COMMON_TEXTS, Forger } from '../bodies/forger.ts'

export interface Statement {
  readonly text: string
  readonly values: readonly (string | number | null)[]
}

/** No NUL and no lone surrogate, which PostgreSQL refuses everywhere. */
const TEXTS = [...COMMON_TEXTS, '\x01\x7f', '\\ud800']
const TIMES = [0, -1, 1, 1e14, 9e15, Date.now()]

/** So many frames, the same for a seed. The victims wait, and must go on waiting. */
export function hostileFrames(schema: string, victims: readonly JobId[], count: number): Statement[] {
  const forger = new Forger('hostile frames on postgres')
  const pick = forger.pick.bind(forger)
  const boss = `${schema}_boss`
  const channel = `hotline_${createHash('sha256').update(schema).digest('hex').slice(0, 24)}`
  const job = (id: string, place: number, ticket: string | null): Statement => ({
    text: `insert into ${schema}.job
      (id, task, queue, place, ticket, seq, attempt, record, head, input, updated_at, since, expires_at, lease_until, forget_at)
      values ($1, 'act', 'default', $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12)`,
    values: [
      ...[id, place, ticket, pick([0, 1, -5, 7]), pick([0, 1, 2147483647])],
      ...[pick([forger.record(id), ...TEXTS]), pick(['{', '{"v":1,', 'x']), pick(TEXTS), pick(TIMES)],
      ...[pick([null, ...TIMES]), pick([null, ...TIMES]), pick([null, ...TIMES])],
    ],
  })
  const ticket = (id: string): Statement => ({
    text: `insert into ${boss}.job (id, name, priority, start_after) values ($1, 'default', $2, now()) on conflict do nothing`,
    values: [id, pick([-5, 0, 1, 2, 2147483647])],
  })

  const kinds: readonly (() => Statement[])[] = [
    // tickets of jobs that are not there, and of those that are somebody else's
    () => [ticket(randomUUID())],
    () => [ticket(pick(victims))],
    // jobs that no hotline wrote, with a ticket and without, that wait, run, or are over
    () => {
      const id = randomUUID()
      return [job(id, 0, id), ticket(id)]
    },
    () => [job(randomUUID(), pick([0, 1, 2]), null)],
    () => [job(randomUUID(), 1, null)],
    // the log and the messages
    () => [
      { text: `insert into ${schema}.event (at, body) values ($1, $2)`, values: [pick(TIMES), pick(TEXTS)] },
    ],
    () => [
      {
        text: `insert into ${schema}.event (job_id, seq, at, body) values ($1, $2, $3, $4)`,
        values: [
          randomUUID(),
          pick([1, 2, -1]),
          pick(TIMES),
          pick([forger.success(pick(victims)), ...TEXTS]),
        ],
      },
    ],
    () => [{ text: 'select pg_notify($1, $2)', values: [channel, pick(TEXTS)] }],
    // heartbeats, pauses and the rest
    () => [
      {
        text: `insert into ${schema}.worker (name, seen_at, silent_at, presence) values ($1, $2, $2, $3) on conflict do nothing`,
        values: [pick(['w', '', 'x'.repeat(300)]), pick(TIMES), pick(TEXTS)],
      },
    ],
    () => [
      {
        text: `insert into ${schema}.paused (queue) values ($1) on conflict do nothing`,
        values: [pick(TEXTS)],
      },
    ],
    () => [
      {
        text: `insert into ${schema}.dead (key, reason, at) values ('stranger', $1, $2)`,
        values: ['written by a stranger', pick(TIMES)],
      },
    ],
  ]
  return Array.from({ length: count }, () => pick(kinds)()).flat()
}
