import path from 'node:path'
import { expect, test } from 'vitest'
import { MarkdownPage, markdownPages } from './markdown-page.ts'

const decisions = markdownPages('docs/adr').filter(({ file }) => !file.endsWith('README.md'))

test('decisions are numbered without holes, in file and title', () => {
  const numbers = decisions.map(({ file }) => Number(path.basename(file).slice(0, 4)))
  expect(numbers).toEqual(decisions.map((_, index) => index + 1))
  for (const [index, { headings, file }] of decisions.entries())
    expect(headings[0]?.text, file).toMatch(new RegExp(`^${index + 1}\\. `))
})

test('each says why, what, and what follows', () => {
  for (const { headings, file } of decisions) {
    expect(
      headings.slice(1).map(({ text }) => text),
      file,
    ).toEqual(['Context', 'Decision', 'Consequences'])
  }
})

test('the list has each of them by its title', () => {
  const list = new MarkdownPage('docs/adr/README.md').text
  for (const [index, { headings, file }] of decisions.entries()) {
    const title = headings[0]?.text.replace(/^\d+\. /, '')
    expect(list).toContain(`${index + 1}. [${title}](${path.basename(file)})`)
  }
})
