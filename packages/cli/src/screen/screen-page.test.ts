import { stripVTControlCharacters } from 'node:util'
import { LiveModel, type Observation } from '@hotline/core'
import { describe, expect, test } from 'vitest'
import { paintFor } from '../render/colour.ts'
import { textWidth } from '../render/text-width.ts'
import { idOf, ScriptedLog, START, usualLog } from '../testing/scripted-log.ts'
import { pressed } from './pressed.ts'
import { screenLines } from './screen-page.ts'
import { initialState, type ScreenState } from './screen-state.ts'

const NOW = START + 30_000

interface Shown {
  readonly keys?: readonly string[]
  readonly width?: number
  readonly height?: number
  readonly isColoured?: boolean
}

/** The screen of a log after some keys. */
function shown(seen: readonly Observation[], look: Shown = {}): string[] {
  const { keys = [], width = 100, height = 24, isColoured = false } = look
  const model = new LiveModel()
  for (const observation of seen) model.see(observation)
  const scene = model.scene()
  let state: ScreenState = initialState()
  for (const key of keys) state = pressed(state, key, scene).state
  const view = { scene: state.frozen ?? scene, state, answer: undefined, status: ['live'] }
  return screenLines(view, { width, height, now: NOW, paint: paintFor(isColoured) })
}

const text = (seen: readonly Observation[], look?: Shown): string =>
  `\n${shown(seen, look)
    .map((line) => line.trimEnd())
    .join('\n')}\n`

describe('the screen of a scripted log', () => {
  const { seen } = usualLog()

  test('has the numbers, a line per slot, a line per job', () => {
    expect(text(seen)).toMatchInlineSnapshot(`
      "
      running 2/3 (peak 3, bound held) · held 0 · queued 1 · oldest 26.0 s · events 22 · gaps 0 · redis
      succeeded 1 · failed 1 · cancelled 1
      batch-box-2                        0 of 1, media
         0 idle
      render-box-1                       2 of 2, media
         0 11111111 render-video   23.0 s ████████░░  75 %   212 MiB   99 %
         1 22222222 render-video   22.0 s "reading"         92.5 MiB   50 %
      ── 6 jobs, newest first ────────────────────────────────────────────────────────────────────────────
        JOB      STATE     TASK          TRY QUEUE           FOR LATEST
      > 66666666 cancelled train-model     1 models       13.0 s was stopped by SIGTERM after 2.1 s (work…
        55555555 failed    import-orders   2 imports      800 ms HANDLER_ERROR row 17 has no customer
        44444444 queued    render-video      media        26.0 s
        33333333 succeeded render-video    1 media        800 ms
        22222222 running   render-video    1 media        22.0 s "reading"
        11111111 running   render-video    1 media        23.0 s 75 %








      live  ? help  q quit  Enter details  / filter  s sort  c cancel  space freeze
      "
    `)
  })

  test('sorts and filters', () => {
    expect(text(seen, { keys: ['s', '/', ...'render', 'enter'], height: 14 })).toMatchInlineSnapshot(`
      "
      running 2/3 (peak 3, bound held) · held 0 · queued 1 · oldest 26.0 s · events 22 · gaps 0 · redis
      succeeded 1 · failed 1 · cancelled 1
      batch-box-2                        0 of 1, media
         0 idle
      render-box-1                       2 of 2, media
         0 11111111 render-video   23.0 s ████████░░  75 %   212 MiB   99 %
         1 22222222 render-video   22.0 s "reading"         92.5 MiB   50 %
      ── 4 of 6 jobs, by state, with "render" ────────────────────────────────────────────────────────────
        JOB      STATE     TASK         TRY QUEUE           FOR LATEST
      > 22222222 running   render-video   1 media        22.0 s "reading"
        11111111 running   render-video   1 media        23.0 s 75 %
        44444444 queued    render-video     media        26.0 s
        33333333 succeeded render-video   1 media        800 ms
      live  ? help  q quit  Enter details  / filter  s sort  c cancel  space freeze
      "
    `)
  })

  test('fits into 60 by 12 and into 20 by 5', () => {
    expect(text(seen, { width: 60, height: 12 })).toMatchInlineSnapshot(`
      "
      running 2/3 (peak 3, bound held) · held 0 · queued 1
      oldest 26.0 s · events 22 · gaps 0 · redis · succeeded 1
      batch-box-2                        0 of 1, media
         0 idle
      render-box-1                       2 of 2, media
        and 2 more lines of slots
      ── 6 jobs, newest first ────────────────────────────────────
        JOB      STATE     TASK          TRY      FOR LATEST
      > 66666666 cancelled train-model     1   13.0 s was stopped…
        55555555 failed    import-orders   2   800 ms HANDLER_ERR…
        44444444 queued    render-video        26.0 s
      live  ? help  q quit  Enter details  / filter  s sort  c ca…
      "
    `)
    expect(text(seen, { width: 20, height: 5 })).toMatchInlineSnapshot(`
      "
      running 2/3 (peak 3…
      > 66666666 cancelled
        55555555 failed
        44444444 queued
      live  ? help  q qui…
      "
    `)
  })

  test('shows the error of any attempt', () => {
    const keys = ['/', ...'import', 'enter', 't', 'left']
    expect(text(seen, { keys, height: 11 })).toMatchInlineSnapshot(`
      "
      running 2/3 (peak 3, bound held) · held 0 · queued 1 · oldest 26.0 s · events 22 · gaps 0 · redis
      55555555 import-orders: traceback
      attempt [1 failed HANDLER_ERROR]  2 failed HANDLER_ERROR

      RangeError: row 17 has no customer
          at load (file:///app/orders.ts:12:9)
        caused by TypeError: customer is null



      live  Esc back  j/k scroll  t traceback  ←/→ attempt  r result  e explain
      "
    `)
  })

  test('asks before it cancels, shows a result, and its keys', () => {
    expect(shown(seen, { keys: ['k', 'c'] }).at(-1)).toBe('It is cancelled; there is nothing to cancel.')
    expect(shown(seen, { keys: ['/', ...'11111111', 'enter', 'c'] }).at(-1)).toBe(
      'Cancel 11111111 (render-video)? y = yes, any other key = no',
    )
    expect(text(seen, { keys: ['/', ...'33333333', 'enter', 'r'], height: 7 })).toMatchInlineSnapshot(`
      "
      running 2/3 (peak 3, bound held) · held 0 · queued 1 · oldest 26.0 s · events 22 · gaps 0 · redis
      33333333 render-video: result
      {
        "frames": 96
      }

      live  Esc back  j/k scroll  t traceback  ←/→ attempt  r result  e explain
      "
    `)
    expect(text(seen, { keys: ['?'], height: 16 })).toMatchInlineSnapshot(`
      "
      running 2/3 (peak 3, bound held) · held 0 · queued 1 · oldest 26.0 s · events 22 · gaps 0 · redis
      succeeded 1 · failed 1 · cancelled 1
      j k ↓ ↑  go through the jobs, or the lines of a panel; PgDn PgUp by ten, g G to the ends
      Enter    all that is known of the job
      t        its traceback; ← → or 1 to 9 choose the attempt
      r        its result, or how far it is
      e        why it is not running, or what it does
      c        cancel it, after a question; the receipt says how it stopped
      p        pause the queue of the job, or let it go on
      /        filter by words: of task, state, id, queue, tag, worker
      s        sort: newest, state, task, longest
      space    freeze what is shown; events go on being counted
      w        record to a file, for hotline events --replay
      Esc      back; in the list, drop the filter
      q        quit
      live  any key: back
      "
    `)
  })

  test('is the same without colours, and coloured by state with them', () => {
    const coloured = shown(seen, { isColoured: true })
    expect(coloured.map(stripVTControlCharacters)).toEqual(shown(seen))
    expect(coloured.join('\n')).toContain('\u001b[31mfailed   \u001b[39m')
  })

  test('says that the backend is out of reach, and since when', () => {
    const lost: Observation = { v: 1, type: 'backend.lost', at: START + 20_000, why: 'connect ECONNREFUSED' }
    expect(shown([...seen, lost])[0]).toMatch(
      /^BACKEND OUT OF REACH for 10\.0 s, shown as of \d\d:00:20 · connect ECONNREFUSED/,
    )
  })

  test('says that the bound was broken, in red', () => {
    const log = new ScriptedLog().online('w', 1)
    for (const [slot, name] of [...'12'].entries()) log.queued(name, 1, 'a').started(name, 2, 'w', slot)
    expect(shown(log.seen, { isColoured: true })[0]).toContain('\u001b[31mrunning 2/1 (peak 2, BOUND BROKEN)')
  })
})

const HOSTILE = [
  'a\u001b[31m\u001b[2J\u001b]0;title\u0007b',
  '\u0000\u0001\u0007\b\r\n\t\u007f\u009b31m',
  '数字渲染任务'.repeat(20),
  `e${'\u0301'.repeat(60)}\u0301`,
  '\u0301\u0489 lone marks',
  '\u202eevil\u202c \u2066x\u2069 \u200f',
  'שלום عربى',
  '👩‍👩‍👧‍👦 👍🏽 🇩🇪 ❤️ 🫠',
  '\ud800 lone \udfff',
  '\u115f\u1160\u3164\u200b\u200c\u200d\ufeff',
  '%s%n{0}',
]

describe('hostile names, errors and progress', () => {
  const log = new ScriptedLog().online(HOSTILE[0] ?? '', 4)
  for (const [index, name] of HOSTILE.entries()) {
    const job = index.toString(16)
    log.queued(job, index, name, name, { tags: [name] }).started(job, index, HOSTILE[0] ?? '', index % 4)
    log.progress(job, index, { [name]: name })
    if (index % 2 === 1) {
      const error = { name, message: name, stack: `${name}\n    at ${name}`, props: { [name]: name } }
      log.job(job, index, 1, { type: 'job.failed', code: 'HANDLER_ERROR', error, runMs: 1 })
    }
  }

  test.each([
    [100, 30],
    [60, 12],
    [20, 5],
    [1, 1],
  ])('are inert and stay within %d by %d cells', (width, height) => {
    for (const keys of [
      [],
      ['enter'],
      ['j', 't'],
      ['j', 'r'],
      ['j', 'e'],
      ['/', ...HOSTILE.join('')],
      ['c'],
      ['?'],
    ]) {
      const lines = shown(log.seen, { keys, width, height, isColoured: true })
      expect(lines.length).toBeLessThanOrEqual(height)
      for (const line of lines) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are all that may be left
        const plain = line.replaceAll(/\u001b\[\d+m/g, '')
        expect(plain).not.toMatch(/\ufe0f|[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u206f]/u)
        expect(plain).not.toMatch(/\p{M}{3}|\p{RI}/u)
        expect(textWidth(plain)).toBeLessThanOrEqual(width)
      }
    }
  })

  test('do not move the columns', () => {
    const rows = shown(log.seen, { width: 100, height: 40 }).filter((line) =>
      / (running|failed) {2,}/.test(line),
    )
    expect(rows.length).toBe(HOSTILE.length)
    const widthBefore = (line: string): number =>
      textWidth(line.slice(0, line.search(/ (HANDLER_ERROR|\{")/)))
    expect(new Set(rows.map(widthBefore)).size).toBe(1)
  })
})

test('a job that is not kept any more leaves its panel empty, not the screen', () => {
  const model = new LiveModel()
  for (const observation of usualLog().seen) model.see(observation)
  const mode = { kind: 'panel', what: 'details', id: idOf('9'), attempt: undefined, scroll: 0 } as const
  const view = { scene: model.scene(), state: { ...initialState(), mode }, answer: undefined, status: [] }
  expect(screenLines(view, { width: 80, height: 10, now: NOW, paint: paintFor(false) })).toContain(
    'This job is not kept any more.',
  )
})
