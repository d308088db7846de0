/** docs/events.md against the types in the code, by a program that compiles only if the two say the same. */
import { EVENT_TYPES, JOB_EVENT_TYPES } from '@hotline/core'
import { expect, test } from 'vitest'
import { CodeWorkshop } from './code-workshop.ts'
import { MarkdownPage, tableRows } from './markdown-page.ts'

const page = new MarkdownPage('docs/events.md')
const SHAPES = ['JobLimits', 'ErrorDocument', 'CancelReceipt']
const WORDS = ['StopMeans', 'LossReason', 'ReleaseReason', 'RecycleReason', 'Refusal']

test('every type of event has its section, in order, and no other has one', () => {
  const described = page.headings
    .filter(({ level }) => level === 3)
    .map(({ text }) => text.replaceAll('`', ''))
  expect(described).toEqual([...EVENT_TYPES, ...SHAPES, ...WORDS])
})

test('every field is named, none is invented, and those that may be missing are marked', async () => {
  using workshop = new CodeWorkshop()
  workshop.write('page.ts', program())
  expect(await workshop.complaints()).toEqual([])
})

function program(): string {
  const shapes = SHAPES.map((name) => `const ${name}: Shape<core.${name}> = ${fieldsOf(`\`${name}\``)}`)
  const words = WORDS.map(
    (name) => `const ${name}: { [K in core.${name}]: 'required' } = ${fieldsOf(`\`${name}\``)}`,
  )
  const events = EVENT_TYPES.map((type) => {
    const isOfJob = JOB_EVENT_TYPES.some((known) => known === type)
    return `const ${type.replace('.', '_')}: Shape<core.EventOf<'${type}'>> = {${[
      `...every`,
      ...(isOfJob ? ['...everyOfJob'] : []),
      `...${fieldsOf(`\`${type}\``)}`,
    ].join(', ')}}
     const ${type.replace('.', '_')}_own: Own<'${type}'> = ${fieldsOf(`\`${type}\``)}`
  })
  return [HEAD, ...shapes, ...words, ...events].join('\n')
}

/** n.b. what is spread into a literal may have too many fields, so each event's own ones are compared apart as well. */
const HEAD = `
import type * as core from '@hotline/core'
type Shape<T> = { [K in keyof T]-?: undefined extends T[K] ? 'optional' : 'required' }
const every = ${fieldsOf('Fields of every event')} as const
const everyOfJob = ${fieldsOf('Fields of every event of a job')} as const
type Header<T> = keyof typeof every | (T extends core.JobEventType ? keyof typeof everyOfJob : never)
type Own<T extends core.EventType> = Shape<Omit<core.EventOf<T>, Header<T>>>
`

/** The table of a section as an object literal: `{ 'key': 'optional' }`. */
function fieldsOf(title: string): string {
  const names = tableRows(page.section(title)).map(([name = '']) => name.replaceAll('`', ''))
  const fields = names.map((name) => {
    return name.endsWith('?') ? `'${name.slice(0, -1)}': 'optional'` : `'${name}': 'required'`
  })
  return `{ ${fields.join(', ')} }`
}
