import type { JobRecord } from '@hotline/core'

/** Groups of states that the list can be narrowed to. */
export const GROUPS = ['all', 'running', 'waiting', 'retrying', 'failed', 'succeeded', 'stopped'] as const

export type Group = (typeof GROUPS)[number]

/** What the list shows. */
export interface JobFilter {
  readonly group: Group
  /** Words that must each be found in the job's id, task, queue, tags, key or error; or `field:value`. */
  readonly text: string
}

export function groupOf({ state }: JobRecord): Exclude<Group, 'all'> {
  if (state === 'queued' || state === 'scheduled') return 'waiting'
  return state === 'cancelled' || state === 'expired' ? 'stopped' : state
}

/** Reads the filter once, for many jobs. */
export function filterBy({ group, text }: JobFilter): (record: JobRecord) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(readWord)
  return (record) => (group === 'all' || groupOf(record) === group) && words.every((fits) => fits(record))
}

const FIELDS: Readonly<Record<string, (record: JobRecord) => readonly string[]>> = {
  task: ({ task }) => [task],
  queue: ({ queue }) => [queue],
  tag: ({ tags }) => tags,
  key: ({ key = '' }) => [key],
  state: ({ state }) => [state],
  worker: ({ attempts }) => [attempts.at(-1)?.worker ?? ''],
}

function readWord(word: string): (record: JobRecord) => boolean {
  const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(word) ?? []
  const field = FIELDS[name]
  if (field !== undefined) return (record) => field(record).some((text) => text.toLowerCase().includes(value))
  return (record) => textsOf(record).some((text) => text.toLowerCase().includes(word))
}

function textsOf({ id, task, queue, tags, key = '', error }: JobRecord): readonly string[] {
  return [id, task, queue, key, ...tags, error?.name ?? '', error?.message ?? '']
}
