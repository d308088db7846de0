import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { root } from './markdown-page.ts'

const run = promisify(execFile)

/** How long a sample may take to run. */
const LIMIT_MS = 30_000

/** What a program wrote to stdout, or if it failed to both, and how it ended. */
export interface Outcome {
  readonly output: string
  readonly exitCode: number
}

/**
 * A folder inside the repository, so that `@hotline/*` resolves, in which samples of the documentation are compiled and
 * run. It is none of git's business, and gone when the test is over.
 */
export class CodeWorkshop implements Disposable {
  readonly folder: string

  constructor() {
    const parent = path.join(root, '.toolchain', 'scratch')
    mkdirSync(parent, { recursive: true })
    this.folder = mkdtempSync(path.join(parent, 'docs-'))
    const outward = path.relative(this.folder, root)
    const tsconfig = {
      extends: path.posix.join(...outward.split(path.sep), 'tsconfig.test.json'),
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: ['**/*.ts'],
      exclude: [],
    }
    this.write('tsconfig.json', JSON.stringify(tsconfig))
    this.write('package.json', '{ "type": "module" }')
  }

  write(file: string, text: string): void {
    const target = path.join(this.folder, file)
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, text)
  }

  /** The compiler's complaints, one a line, with paths from this folder. */
  async complaints(): Promise<readonly string[]> {
    const { output } = await outcomeOf('tsc', ['--project', '.', '--pretty', 'false'], this.folder)
    return output.split('\n').filter((line) => line !== '')
  }

  /** Runs a file as a user does, from the sources of hotline. */
  run(file: string): Promise<Outcome> {
    const folder = path.join(this.folder, path.dirname(file))
    return outcomeOf(process.execPath, ['--conditions=@hotline/source', path.basename(file)], folder)
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

async function outcomeOf(program: string, args: readonly string[], cwd: string): Promise<Outcome> {
  const PATH = [path.join(root, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter)
  const shell = process.platform === 'win32'
  const options = { cwd, env: { ...process.env, PATH, NODE_OPTIONS: '' }, timeout: LIMIT_MS, shell }
  return run(program, [...args], options).then(
    ({ stdout }) => ({ output: stdout, exitCode: 0 }),
    (error: { stdout?: string; stderr?: string; code?: number; message: string }) => {
      const said = `${error.stdout ?? ''}${error.stderr ?? ''}`
      return { output: said === '' ? error.message : said, exitCode: error.code ?? 1 }
    },
  )
}
