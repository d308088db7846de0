import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { MarkdownPage, root, tableRows } from './markdown-page.ts'

const page = new MarkdownPage('docs/promises.md')
const rows = tableRows(page.text).filter(([first = '']) => /^\d+$/.test(first))

test('there are eleven promises, each kept somewhere and shown by a test', () => {
  expect(rows.map(([number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  for (const [number, , keptIn = '', shownBy = ''] of rows) {
    expect(filesOf(keptIn).length, `files of promise ${number}`).toBeGreaterThan(0)
    expect(testsOf(shownBy).length, `tests of promise ${number}`).toBeGreaterThan(0)
  }
})

test('the files are there, and the link shows their name', () => {
  const wrong = filesOf(page.text).filter(
    ({ name, file }) => path.basename(file) !== name || !existsSync(path.join(root, file)),
  )
  expect(wrong).toEqual([])
})

test('the tests are there, by their names', () => {
  const missing = testsOf(page.text).filter(
    ({ file, title }) => !readFileSync(path.join(root, file), 'utf8').includes(title),
  )
  expect(missing).toEqual([])
})

test('the page for authors of adapters names every clause, and no other', () => {
  const clauses = globSync('packages/conformance/src/clauses/*.ts', { cwd: root }).flatMap((file) =>
    numbersIn(readFileSync(path.join(root, file), 'utf8'), /title: '([A-Z]\d+) /g),
  )
  const prose = new MarkdownPage('docs/writing-an-adapter.md').prose.replace('F1 to F11', faults(11))
  expect(unique(numbersIn(prose, /\b([QLCBTF]\d+)\b/g))).toEqual(unique(clauses))
})

function filesOf(text: string): readonly { readonly name: string; readonly file: string }[] {
  return [...text.matchAll(/\[`([^`]+)`\]\(\.\.\/([^)]+)\)/g)].map(([, name = '', file = '']) => ({
    name,
    file,
  }))
}

function testsOf(text: string): readonly { readonly file: string; readonly title: string }[] {
  return [...text.matchAll(/\]\(\.\.\/([^)]+)\) "([^"]+)"/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }))
}

function numbersIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, number = '']) => number)
}

function unique(numbers: readonly string[]): readonly string[] {
  return [...new Set(numbers)].sort()
}

function faults(most: number): string {
  return Array.from({ length: most }, (_, index) => `F${index + 1}`).join(' ')
}
