/**
 * The code in README.md, CONTRIBUTING.md and docs/.
 *
 *   ```ts           is compiled; a first line `// tasks.ts` gives it a name that other blocks of the page import
 *   ```ts run       is run as well, and has to end by itself with exit code 0
 *   ```text output  right after it, is what it prints; `…` stands for anything
 *   <!-- prelude    hidden code that the nameless blocks of the page begin with
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { CodeWorkshop } from './code-workshop.ts'
import type { CodeBlock, MarkdownPage } from './markdown-page.ts'
import { markdownPages, root } from './markdown-page.ts'

interface Sample {
  readonly file: string
  readonly block: CodeBlock
  readonly output: string | undefined
}

const workshop = new CodeWorkshop()
afterAll(() => workshop[Symbol.dispose]())

const samples = markdownPages('README.md', 'CONTRIBUTING.md', 'docs').flatMap(samplesOf)
for (const { file, page, block } of samples) workshop.write(file, sourceOf(page, block))

test('all samples compile', { timeout: 60_000 }, async () => {
  expect(samples.length).toBeGreaterThan(0)
  expect(await workshop.complaints()).toEqual([])
})

const runnable = samples.filter(({ block }) => block.mode === 'run')
test.concurrent.each(runnable.map((sample) => [sample.file, sample] as const))(
  '%s runs',
  async (_, sample) => {
    const { output, exitCode } = await workshop.run(sample.file)
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringMatching(patternOf(sample.output)),
    })
  },
)

test('the ten lines of the README are the example quickstart', () => {
  const named = samples.filter(({ file }) => file.startsWith('README/'))
  expect(named.map(({ file }) => path.basename(file))).toEqual(['tasks.ts', 'handlers.ts', 'main.ts'])
  for (const { file, block } of named) {
    const example = readFileSync(path.join(root, 'examples/quickstart', path.basename(file)), 'utf8')
    expect(block.text).toBe(`// ${path.basename(file)}\n${example}`)
  }
})

function samplesOf(page: MarkdownPage): readonly (Sample & { readonly page: MarkdownPage })[] {
  const { blocks } = page
  const folder = page.file.replaceAll('/', '-').replace(/\.md$/, '')
  return blocks.flatMap((block, index) => {
    if (block.language !== 'ts') return []
    const next = blocks[index + 1]
    const output = next?.language === 'text' && next.mode === 'output' ? next.text : undefined
    return { page, block, output, file: `${folder}/${nameOf(block) ?? `line-${block.line}.ts`}` }
  })
}

function patternOf(shown = '…'): RegExp {
  const literal = shown.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${literal.join('[^]*')}$`)
}

function nameOf(block: CodeBlock): string | undefined {
  return /^\/\/ ([a-z-]+\.ts)\b/.exec(block.text)?.[1]
}

function sourceOf(page: MarkdownPage, block: CodeBlock): string {
  return nameOf(block) === undefined ? `${page.prelude}${block.text}\nexport {}\n` : block.text
}
