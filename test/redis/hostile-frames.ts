/** What a stranger with write access might leave in the keys of a namespace. */
import { randomUUID } from 'node:crypto'
import type { JobId } from '@hotline/core'
import { TEXTS as COMMON_TEXTS, Forger } from '../bodies/forger.ts'

export type Command = readonly [name: string, ...args: (string | number)[]]

const TEXTS = [...COMMON_TEXTS, '\0\x01\x7f', '\ud800']
const SETS = ['due', 'leases', 'expiry', 'forget', 'jobs', 'open', 'beats', 'ready:default']
const SCORES = [0, -1, 1, 1e14, 9e15, 'inf', '-inf', Date.now()]

/** So many frames, the same for a seed. The victims wait, and must go on waiting. */
export function hostileFrames(prefix: string, victims: readonly JobId[], count: number): Command[] {
  const forger = new Forger('hostile frames')
  const pick = forger.pick.bind(forger)
  const key = (name: string) => `${prefix}${name}`
  const strangerId = () => pick([randomUUID(), '01900000-0000-7000-8000-000000000000', 'no id', ''])
  const anyId = () => (forger.random() < 0.3 ? pick(victims) : strangerId())
  const jobKey = (id: string) => key(`job:${id}`)

  const kinds: readonly (() => Command[])[] = [
    // tickets, leases and index entries of jobs that are not there, or are somebody else's
    () => [['ZADD', key('ready:default'), pick(SCORES), anyId()]],
    () => [['ZADD', key(pick(SETS)), pick(SCORES), strangerId()]],
    () => [['ZADD', key(pick(['leases', 'forget', 'expiry', 'due'])), pick(SCORES), pick(victims)]],
    // jobs that no hotline wrote, with a ticket
    () => {
      const id = strangerId()
      const fields = [
        'r',
        pick([forger.record(id), ...TEXTS]),
        'i',
        pick(TEXTS),
        'n',
        pick(['1', 'x', '']),
        't',
        pick(TEXTS),
      ]
      return [
        ['HSET', jobKey(id), ...fields, 'k', 'default', 's', pick(SCORES)],
        ['ZADD', key('ready:default'), 0, id],
      ]
    },
    () => {
      const id = randomUUID()
      return [
        ['SET', jobKey(id), pick(TEXTS)],
        ['ZADD', key(pick(['ready:default', 'jobs', 'leases'])), 0, id],
      ]
    },
    // the log and the messages
    () => [['XADD', key('events'), '*', 'e', pick(TEXTS)]],
    () => [['XADD', key('events'), '*', pick(['e', 'f', '']), forger.success(pick(victims))]],
    () => [['PUBLISH', key('control'), pick(TEXTS)]],
    () => [['PUBLISH', key('control'), JSON.stringify({ type: 'cancel', jobId: anyId(), attempt: 1 })]],
    // heartbeats, hints, pauses and the rest
    () => [['HSET', key('workers'), pick(['w', '', 'x'.repeat(300)]), pick(TEXTS)]],
    () => [['ZADD', key('beats'), pick(SCORES), pick(['w', 'nobody', '\x01'])]],
    () => [['LPUSH', key('hint:default'), pick(TEXTS)]],
    () => [['SADD', key('paused'), pick(TEXTS)]],
    () => [['HSET', key('keys'), pick(TEXTS), anyId()]],
    () => [['LPUSH', key('dead'), pick(TEXTS)]],
    () => [['SET', key('trimmed'), pick(TEXTS)]],
    // keys of a wrong type, in the place of ours where there is none yet
    () => [['SETNX', key(pick(['due', 'expiry', 'keys', 'workers', 'hint:default'])), 'wrong']],
    () => [['SETNX', key(`ready:${pick(['default', 'other'])}`), 'wrong']],
  ]
  return Array.from({ length: count }, () => pick(kinds)()).flat()
}
