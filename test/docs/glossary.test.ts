import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { MarkdownPage, root } from './markdown-page.ts'

const entries = [...new MarkdownPage('docs/glossary.md').text.matchAll(/^\*\*(.+?)\*\*: \S/gm)].map(
  ([, word = '']) => word,
)

test('every word of the house has its entry', () => {
  const style = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8')
  const [, words = ''] = /\*\*The words\*\*: ([^.]+)\./.exec(style) ?? []
  const house = words.split(',').map((word) => word.trim().replaceAll(/\s+/g, ' '))
  expect(house).toContain('supervisor')
  expect(house.filter((word) => !entries.includes(word))).toEqual([])
})

test('entries are in order, and none comes twice', () => {
  expect(entries).toEqual([...new Set(entries)].sort())
})
