import type { Io } from '../io.ts'
import { pause } from '../pause.ts'
import type { LoadRun } from './load-run.ts'

const LIVE_EVERY_MS = 200
const PLAIN_EVERY_MS = 2000
const BAR_CELLS = 30

/** Tells on `stderr` how far the run has come, until `signal` aborts: in place on a terminal, else a line at times. */
export async function showProgress(run: LoadRun, io: Io, signal: AbortSignal): Promise<void> {
  const isLive = io.isStderrTerminal
  const everyMs = isLive ? LIVE_EVERY_MS : PLAIN_EVERY_MS
  while (await pause(everyMs, signal))
    await io.stderr.write(isLive ? `\r\x1b[2K${lineOf(run)}` : `${lineOf(run)}\n`)
  if (isLive) await io.stderr.write('\r\x1b[2K')
}

function lineOf({ progress: { jobs, ended, running, workers } }: LoadRun): string {
  const done = Math.round((BAR_CELLS * ended) / jobs)
  const bar = '█'.repeat(done) + '░'.repeat(BAR_CELLS - done)
  return `${bar} ${ended} of ${jobs} jobs  running ${running}  workers ${workers}`
}
