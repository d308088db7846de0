import { expect, test } from 'vitest'
import { NumberRows } from './number-rows.ts'

test('rows are kept beyond the room of the start, and changed in place', () => {
  const rows = new NumberRows(2)
  for (let row = 0; row < 5000; row++) expect(rows.push([row, -row])).toBe(row)
  rows.put(4999, [1.5, 2.5])
  expect([rows.at(0, 1), rows.at(4998, 0), rows.at(4999, 0), rows.at(4999, 1)]).toEqual([-0, 4998, 1.5, 2.5])
})

test('rows are put in the order of a column, and equals stay as they came', () => {
  const rows = new NumberRows(2)
  for (const first of [3, 1, 3, 2, 1]) rows.push([first, 0])
  expect([...rows.orderBy(0)]).toEqual([1, 4, 3, 0, 2])
  rows.clear()
  expect([...rows.orderBy(0)]).toEqual([])
})
