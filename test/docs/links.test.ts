import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { MarkdownPage } from './markdown-page.ts'
import { markdownPages, root } from './markdown-page.ts'

const pages = markdownPages()
const anchors = new Map(pages.map((page) => [page.file, page.headings.map(({ anchor }) => anchor)]))

test.each(pages.map((page) => [page.file, page] as const))('every link in %s leads somewhere', (_, page) => {
  expect(linksOf(page).filter((link) => !leadsSomewhere(page, link))).toEqual([])
})

test('every page of docs is linked from its index, and the index from the README', () => {
  const targets = (file: string) =>
    pages
      .filter((page) => page.file === file)
      .flatMap((page) => linksOf(page).map((link) => targetOf(page, link).file))
  const docs = pages.map(({ file }) => file).filter((file) => /^docs\/[^/]+\.md$/.test(file))
  const linked = targets('docs/index.md')
  expect(docs.filter((file) => file !== 'docs/index.md' && !linked.includes(file))).toEqual([])
  expect(targets('README.md')).toContain('docs/index.md')
})

/** Relative links; what lies outside of the repository is not looked up. */
function linksOf(page: MarkdownPage): readonly string[] {
  const prose = page.prose.replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g), ...prose.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
}

function targetOf(page: MarkdownPage, link: string): { readonly file: string; readonly anchor: string } {
  const [target = '', anchor = ''] = link.split('#')
  const file = target === '' ? page.file : path.posix.join(path.posix.dirname(page.file), target)
  return { file: file.replace(/\/$/, ''), anchor }
}

function leadsSomewhere(page: MarkdownPage, link: string): boolean {
  const { file, anchor } = targetOf(page, link)
  if (!existsSync(path.join(root, file))) return false
  return anchor === '' || (anchors.get(file)?.includes(anchor) ?? false)
}
