import { expect, test } from 'vitest'
import { paintFor } from './colour.ts'
import type { Page } from './page.ts'
import { table } from './table.ts'

interface Row {
  readonly name: string
  readonly count: number
}

const columns = [
  { title: 'NAME', text: ({ name }: Row) => name },
  { title: 'COUNT', text: ({ count }: Row) => String(count), isNumber: true },
  { title: 'NOTE', text: ({ name }: Row) => `${name}!` },
] as const
const rows: readonly Row[] = [
  { name: '数字', count: 1 },
  { name: 'a\u001bb', count: 12345678 },
]
const page: Page = { width: Number.POSITIVE_INFINITY, paint: paintFor(false), now: 0 }

test('columns are aligned by cells, numbers to the right, strangers inert', () => {
  expect(table(columns, rows, page)).toEqual([
    'NAME       COUNT  NOTE',
    '数字           1  数字!',
    'a\\x1bb  12345678  a\\x1bb!',
  ])
})

test('lines are cut to the page', () => {
  expect(table(columns, rows, { ...page, width: 12 })).toEqual([
    'NAME       …',
    '数字       …',
    'a\\x1bb  123…',
  ])
})
