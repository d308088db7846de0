import type { AttemptRecord, Evidence, JobRecord, LiveScene } from '@hotline/core'
import { isFinal } from '@hotline/core'
import wrapAnsi from 'wrap-ansi'
import { errorLines } from '../render/error-lines.ts'
import { inertLines, inertText } from '../render/inert-text.ts'
import { jobPage } from '../render/job-page.ts'
import type { Page } from '../render/page.ts'
import { shortId } from '../render/short-id.ts'
import { steadied } from '../render/steady-text.ts'
import { textLine } from './cells.ts'
import { stateAt } from './job-rows.ts'
import type { Mode } from './screen-state.ts'

type Panel = Extract<Mode, { kind: 'panel' }>

/** What was asked of the backend for a panel: the record whole, or sentences. */
export interface PanelAnswer {
  readonly id: string
  readonly record?: JobRecord | undefined
  readonly explanation?: readonly string[] | undefined
  /** Why there is no answer. */
  readonly problem?: string | undefined
}

/** One job in full, from the line `scroll` on, in `height` lines. */
export function panelLines(
  { panel, answer, scene }: { panel: Panel; answer: PanelAnswer | undefined; scene: LiveScene },
  page: Page,
  height: number,
): string[] {
  const own = answer?.id === panel.id ? answer : undefined
  const record = latestOf(
    scene.jobs.find(({ id }) => id === panel.id),
    own?.record,
  )
  const title = `${shortId(panel.id)} ${record?.task ?? ''}: ${panel.what}`
  const lines = contentOf(panel, record, { scene, page, answer: own })
  const wrapped = lines.flatMap((line) =>
    wrapAnsi(steadied(line), page.width, { hard: true, trim: false }).split('\n'),
  )
  const room = Math.max(1, height - 1)
  const first = Math.max(0, Math.min(panel.scroll, wrapped.length - room))
  const shown = wrapped.slice(first, first + room)
  const more = wrapped.length - first - shown.length
  return [textLine(more > 0 ? `${title} (${more} more lines)` : title, 'strong', page), ...shown].slice(
    0,
    height,
  )
}

/** The attempt whose error is looked at: the chosen one, or the last that has any. */
export function attemptShown(record: JobRecord, wanted: number | undefined): AttemptRecord | undefined {
  const { attempts } = record
  if (wanted !== undefined) return attempts.find(({ attempt }) => attempt === wanted)
  return attempts.findLast(({ error }) => error !== undefined) ?? attempts.at(-1)
}

/** What the screen has is slimmer than what the backend showed, so that counts where both are as old. */
function latestOf(kept: JobRecord | undefined, asked: JobRecord | undefined): JobRecord | undefined {
  if (kept === undefined || asked === undefined) return kept ?? asked
  return kept.seq > asked.seq ? kept : asked
}

interface Sources {
  readonly scene: LiveScene
  readonly page: Page
  readonly answer: PanelAnswer | undefined
}

function contentOf(panel: Panel, record: JobRecord | undefined, sources: Sources): string[] {
  const { scene, page, answer } = sources
  const problem = answer?.problem === undefined ? [] : [page.paint('bad', inertText(answer.problem)), '']
  if (panel.what === 'explain') return [...problem, ...(answer?.explanation ?? ['…']).map(inertText)]
  if (record === undefined) return [...problem, 'This job is not kept any more.']
  if (panel.what === 'traceback') return [...problem, ...tracebackOf(record, panel.attempt, page)]
  if (panel.what === 'result') return [...problem, ...resultOf(record)]
  const now = page.now - scene.skewMs
  const view = { id: record.id, state: stateAt(record, now), evidence: evidenceOf(record, scene) }
  return [...problem, ...jobPage(view, record, { ...page, now })]
}

function tracebackOf(record: JobRecord, wanted: number | undefined, { paint }: Page): string[] {
  const shown = attemptShown(record, wanted)
  const tabs = record.attempts.map(({ attempt, ended = 'running', code = '' }) => {
    const text = inertText(`${attempt} ${ended} ${code}`.trimEnd())
    return attempt === shown?.attempt ? paint('strong', `[${text}]`) : paint('quiet', ` ${text} `)
  })
  const error = shown?.error ?? (shown === record.attempts.at(-1) ? record.error : undefined)
  const lines = error === undefined ? ['It threw no error.'] : errorLines(error)
  return [tabs.length === 0 ? 'It has had no attempt.' : `attempt ${tabs.join(' ')}`, '', ...lines]
}

function resultOf({ state, result, progress }: JobRecord): string[] {
  if (state !== 'succeeded') {
    const sofar = progress === undefined ? [] : ['', 'Its progress:', ...json(progress)]
    return [`It has no result: it is ${state}.`, ...sofar]
  }
  return result === undefined
    ? ['Its result is nothing, or too large to be kept here: see `hotline show`.']
    : json(result)
}

function json(value: unknown): string[] {
  return inertLines(JSON.stringify(value, undefined, 2) ?? '')
}

function evidenceOf({ state, seq, attempts }: JobRecord, { backend, seenAt, skewMs }: LiveScene): Evidence {
  const observedAt = seenAt - skewMs
  const holder = attempts.at(-1)
  return {
    ...{
      source: `log of ${backend}`,
      observedAt,
      seq,
      trustedUntil: isFinal(state) ? 'forever' : observedAt,
    },
    ...(holder === undefined ? {} : { worker: holder.worker, slot: holder.slot, pid: holder.pid }),
  }
}
