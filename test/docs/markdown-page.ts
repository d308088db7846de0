import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const root: string = path.resolve(import.meta.dirname, '../..')

/** A fenced block: ` ```ts run ` has the language `ts` and the mode `run`. */
export interface CodeBlock {
  readonly language: string
  readonly mode: string
  readonly text: string
  /** 1-based, of the opening fence. */
  readonly line: number
}

export interface Heading {
  readonly level: number
  readonly text: string
  /** What GitHub makes of it in `#anchor`. */
  readonly anchor: string
}

/** One Markdown file of the repository. */
export class MarkdownPage {
  /** From the root of the repository, with forward slashes. */
  readonly file: string
  readonly text: string

  constructor(file: string) {
    this.file = file
    this.text = readFileSync(path.join(root, file), 'utf8')
  }

  /** The text outside of fenced blocks. */
  get prose(): string {
    return this.text.replaceAll(FENCED, '')
  }

  get blocks(): readonly CodeBlock[] {
    return [...this.text.matchAll(FENCED)].map(({ index, 1: language = '', 2: mode = '', 3: text = '' }) => {
      return { language, mode: mode.trim(), text, line: this.text.slice(0, index).split('\n').length }
    })
  }

  get headings(): readonly Heading[] {
    const seen = new Map<string, number>()
    return [...this.prose.matchAll(/^(#{1,6}) (.+)$/gm)].map(([, marks = '', title = '']) => {
      const slug = slugOf(title)
      const count = seen.get(slug) ?? 0
      seen.set(slug, count + 1)
      return { level: marks.length, text: title, anchor: count === 0 ? slug : `${slug}-${count}` }
    })
  }

  /** What stands under a heading, up to the next one of the same level or above. */
  section(title: string): string {
    const lines = this.text.split('\n')
    const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === title)
    if (start < 0) throw new Error(`${this.file} has no section "${title}".`)
    const level = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1
    const end = lines.findIndex(
      (line, index) => index > start && (/^(#+) /.exec(line)?.[1]?.length ?? 7) <= level,
    )
    return lines.slice(start + 1, end < 0 ? undefined : end).join('\n')
  }

  /** Hidden code that a page's nameless blocks begin with: `<!-- prelude … -->`. */
  get prelude(): string {
    return /<!-- prelude\n([\s\S]*?)-->/.exec(this.text)?.[1] ?? ''
  }
}

const FENCED = /^```([a-z]*)([^\n]*)\n([\s\S]*?)^```$/gm

/** Every Markdown file that git knows or would take. */
export function markdownPages(...under: readonly string[]): readonly MarkdownPage[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', ...under]
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0')
  return [...new Set(listed)]
    .filter((file) => file.endsWith('.md') && !file.startsWith('.') && existsSync(path.join(root, file)))
    .sort()
    .map((file) => new MarkdownPage(file))
}

/** The rows of a Markdown table without its head, cell by cell. */
export function tableRows(text: string): readonly (readonly string[])[] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  )
}

function slugOf(title: string): string {
  const plain = title.replaceAll(/[`*]|\]\([^)]*\)|\[/g, '').toLowerCase()
  return plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
}
