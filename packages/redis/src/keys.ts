/**
 * The keys of a namespace. All share the hash tag `{hotline:<namespace>}`, so that in a cluster they live in one slot and
 * a script may touch them together (docs/adr/0020-one-hash-tag-per-namespace.md).
 *
 *   job:<id>       hash   r record, i input, n number of events, h start that is not folded in yet, a open attempt,
 *                         t prepared start, k queue, s score, x expiry (while it waits), q last requests, y key (final)
 *   log:<id>       list   positions of the job's events
 *   ready:<queue>  zset   tickets that may start, by priority and time
 *   due            zset   tickets that may start later, by time
 *   leases         zset   running jobs, by the end of their lease
 *   expiry         zset   jobs that must start before, by time
 *   forget         zset   finished jobs, by the end of their retention
 *   jobs, open     zset   all jobs, and the unfinished, by id
 *   keys           hash   task and key of idempotent enqueues -> id
 *   events         stream the log; `trimmed`, a string, is the last position that is gone
 *   workers        hash   heartbeats; `beats`, a zset, has when each counts as silent
 *   paused         set    queues
 *   hint:<queue>   list   wake-ups, 64 at most
 *   dead           list   what was set aside, and why, 1000 at most
 *   once:, withdrawn:  string requests of the last minute, so that a repeat is known, or one that comes too late
 */
import { createHash } from 'node:crypto'
import { InvalidOptionError } from '@hotline/core'

const RULE = /^[\w.:-]{1,80}$/

/** What comes before every key. @throws InvalidOptionError for a namespace that could break out of the hash tag */
export function prefixOf(namespace: string): string {
  if (RULE.test(namespace)) return `{hotline:${namespace}}:`
  const shown = JSON.stringify(String(namespace).slice(0, 60))
  throw new InvalidOptionError({
    option: 'namespace',
    problem: `${shown} is no namespace.`,
    cure: 'Use 1 to 80 letters, digits and the signs _ . : - only.',
  })
}

/** The member of `keys` for an idempotent enqueue. Hashed, as keys may be long. */
export function keyMember(task: string, key: string): string {
  return createHash('sha256').update(`${task}\0${key}`).digest('base64url')
}
