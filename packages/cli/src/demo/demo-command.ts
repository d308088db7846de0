import { constants } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { InvalidOptionError } from '@hotline/core'
import { DEFAULT_URL, isWithinProcess } from '../adapters.ts'
import type { Call, Command } from '../command.ts'
import type { Given } from '../given.ts'
import { EXIT } from '../io.ts'
import { wantsColour } from '../render/colour.ts'
import { type Page, pageOf } from '../render/page.ts'
import { proofLines } from '../render/proof-lines.ts'
import { DemoApart } from './demo-apart.ts'
import type { DemoGround } from './demo-ground.ts'
import { DemoHere } from './demo-here.ts'
import { type DemoOutcome, errorText, outcomeLines } from './demo-report.ts'
import { type DemoPlan, DemoRun, isAsExpected } from './demo-run.ts'
import { showDemo } from './demo-screen.ts'
import type { Size } from './poster-view.ts'

const DEFAULT_SIZE: Size = { width: 2400, height: 1600 }
const DEFAULT_TILES = 120
const MOST_TILES = 10_000
const SMALLEST_SIDE = 16
const MOST_PIXELS = 64_000_000

/** `hotline demo`: real work under a bound that holds, with nothing installed but hotline. */
export const demoCommand: Command = {
  name: 'demo',
  summary: 'Render a poster on every CPU, beside jobs that go wrong, and prove that the bound held',
  usage: '[options]',
  connects: false,
  options: {
    url: {
      value: 'URL',
      summary: 'Run on this backend; by default a file beside ./hotline.db, which is deleted afterwards',
    },
    out: { value: 'FILE', summary: 'Where the poster goes. Default: poster.png' },
    size: { value: 'WxH', summary: 'Its size in pixels. Default: 2400x1600' },
    jobs: { value: 'N', summary: 'About how many tiles it is cut into, one job each. Default: 120' },
    concurrency: { value: 'N', summary: 'Jobs at once. Default: as many as there are CPUs' },
    'no-colour': { summary: 'Do not colour the screen' },
  },
  examples: [
    { line: 'hotline demo', what: 'Half a minute on two CPUs; the poster is poster.png' },
    { line: 'hotline demo --size 720x480 --out small.png', what: 'A small one, in seconds' },
    {
      line: 'hotline demo --url redis://localhost:6379',
      what: 'Across processes, in a namespace that is deleted afterwards',
    },
    { line: 'hotline demo --json', what: 'The outcome and the proof for a machine' },
  ],
  run: runDemo,
}

async function runDemo(call: Call): Promise<number> {
  const { io, given } = call
  const out = path.resolve(given.text('out') ?? 'poster.png')
  const plan = planOf(given)
  await access(path.dirname(out), constants.W_OK) // before the work, not after it
  const run = new DemoRun(plan, await groundOf(given))
  await run.connect()
  const startedAt = performance.now()
  const found = await watched(call, run)
  await writeFile(out, await run.poster.png())
  const outcome = { tiles: run.tiles.length, ...found }
  const elapsedMs = Math.round(performance.now() - startedAt)
  if (given.flag('json'))
    await io.stdout.write(`${JSON.stringify(documentOf(outcome, { out, elapsedMs, run }))}\n`)
  else await io.stdout.write(reportOf(outcome, out, pageFor(call)))
  return exitOf(outcome)
}

/** Runs it with its screen. */
async function watched({ io, given }: Call, run: DemoRun): Promise<Omit<DemoOutcome, 'tiles'>> {
  if (given.flag('json')) return run.run(io.signal)
  const startedAt = performance.now()
  const over = new AbortController()
  const { width, height } = run.poster.size
  const screen = showDemo(
    {
      poster: run.poster,
      isColoured: isColoured(given, io.env, io.isTerminal),
      standing: () => ({
        board: run.board,
        done: run.poster.done,
        title: `${width} × ${height} in ${run.tiles.length} tiles`,
        elapsedMs: performance.now() - startedAt,
      }),
    },
    io,
    over.signal,
  )
  try {
    return await run.run(io.signal)
  } finally {
    over.abort()
    await screen
  }
}

/** 0 if the bound is proved, every job came to the end that it should, and the poster is whole. */
export function exitOf({ proof, trials, tiles }: DemoOutcome): number {
  const isGood = proof.ok && trials.every(isAsExpected) && proof.jobs === trials.length + tiles
  return isGood ? EXIT.ok : EXIT.failed
}

function reportOf(outcome: DemoOutcome, out: string, page: Page): string {
  const lines = ['', ...outcomeLines(outcome, page), '', ...proofLines(outcome.proof, page)]
  return `${lines.join('\n')}\n${page.paint('quiet', 'poster')} ${path.relative('', out) || out}\n`
}

function documentOf(
  { proof, trials, tiles }: DemoOutcome,
  { out, elapsedMs, run }: { out: string; elapsedMs: number; run: DemoRun },
): object {
  return {
    poster: out,
    size: run.poster.size,
    tiles,
    elapsedMs,
    limit: run.board.arithmetic,
    trials: trials.map((ended) => ({
      task: ended.trial.task.name,
      story: ended.trial.story,
      id: ended.job.id,
      state: ended.job.state,
      asExpected: isAsExpected(ended),
      error: ended.job.error?.code,
      attempts: ended.job.attempts.map(({ error }) => ({ code: error?.code, message: error?.message })),
      receipt: ended.receipt,
      text: errorText(ended),
    })),
    proof,
  }
}

function pageFor({ io, given }: Call): Page {
  const page = pageOf(io)
  return isColoured(given, io.env, io.isTerminal) ? page : { ...page, paint: (_, text) => text }
}

function isColoured(given: Given, env: Call['io']['env'], isTerminal: boolean): boolean {
  return !given.flag('no-colour') && wantsColour(env, isTerminal)
}

/** n.b. `HOTLINE_URL` does not count here: whoever has it set may mean a backend that others work with. */
async function groundOf(given: Given): Promise<DemoGround> {
  const url = given.text('url') ?? DEFAULT_URL
  if (/^memory:/i.test(url)) return new DemoHere()
  return isWithinProcess(url) ? DemoHere.at(url) : DemoApart.at(url)
}

function planOf(given: Given): DemoPlan {
  const tiles = given.count('jobs') ?? DEFAULT_TILES
  if (tiles > MOST_TILES) {
    const problem = `--jobs is ${tiles}.`
    throw new InvalidOptionError({ option: 'jobs', problem, cure: `Give at most ${MOST_TILES}.` })
  }
  return { size: sizeOf(given.text('size')), tiles, concurrency: given.count('concurrency') }
}

function sizeOf(text: string | undefined): Size {
  if (text === undefined) return DEFAULT_SIZE
  const [, width = 0, height = 0] = (/^(\d{1,5})[x×](\d{1,5})$/i.exec(text) ?? []).map(Number)
  if (Math.min(width, height) >= SMALLEST_SIDE && width * height <= MOST_PIXELS) return { width, height }
  throw new InvalidOptionError({
    option: 'size',
    problem: `--size is "${text.slice(0, 60)}".`,
    cure: `Give width and height in pixels, such as 2400x1600: at least ${SMALLEST_SIDE} each, and ${MOST_PIXELS / 1e6} million together.`,
  })
}
