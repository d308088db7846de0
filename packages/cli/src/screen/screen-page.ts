import type { LiveScene } from '@hotline/core'
import type { Page } from '../render/page.ts'
import { shortId } from '../render/short-id.ts'
import { textLine } from './cells.ts'
import { headerLines } from './header-lines.ts'
import { helpLines } from './help-lines.ts'
import { jobLines } from './job-lines.ts'
import { jobRows } from './job-rows.ts'
import { type PanelAnswer, panelLines } from './panel-lines.ts'
import { selectedIndex } from './pressed.ts'
import type { ScreenState } from './screen-state.ts'
import { slotLines } from './slot-lines.ts'

/** What a screen is made of at one moment. */
export interface ScreenView {
  readonly scene: LiveScene
  readonly state: ScreenState
  readonly answer: PanelAnswer | undefined
  /** What is said of the source: `live`, `replay 10x, 12:03:07`, `recording to f.ndjson`. */
  readonly status: readonly string[]
}

export interface ScreenSize extends Page {
  readonly height: number
}

/** The whole screen as lines, `page.height` of them at most, none wider than `page.width`. */
export function screenLines(view: ScreenView, page: ScreenSize): string[] {
  const { height } = page
  const header = headerLines(view.scene, page, height >= 20 ? 3 : height >= 12 ? 2 : 1)
  const foot = footLine(view, page)
  const body = bodyLines(view, page, Math.max(0, height - header.length - 1))
  return [...header, ...body, foot].slice(0, height)
}

function bodyLines(view: ScreenView, page: ScreenSize, height: number): string[] {
  const { scene, state, answer } = view
  const { mode } = state
  if (mode.kind === 'help') return filled(helpLines(page), height)
  if (mode.kind === 'panel') return filled(panelLines({ panel: mode, answer, scene }, page, height), height)
  const rule = height >= 8 ? 1 : 0
  // On a tiny terminal the jobs are worth more than the workers' names.
  const slots = slotLines(scene, page, height < 5 ? 0 : (height - rule) >> 1)
  const rows = jobRows(scene, state.sort, state.filter)
  const most = height - slots.length - rule
  const list = { selected: selectedIndex(state, rows), most, skewMs: scene.skewMs }
  const rules = rule === 0 ? [] : [listRule(view, rows.length, page)]
  return filled([...slots, ...rules, ...jobLines(rows, list, page)], height)
}

/** `── 41 of 1,203 jobs, newest first, with "render" ─────`. */
function listRule({ scene, state }: ScreenView, count: number, page: Page): string {
  const { jobs, left } = scene
  const kept = state.filter === '' ? `${count}` : `${count} of ${jobs.length}`
  const words = [
    `${kept} jobs, ${state.sort === 'newest' ? 'newest first' : `by ${state.sort}`}`,
    ...(state.filter === '' ? [] : [`with "${state.filter}"`]),
    ...(left === 0 ? [] : [`${left} that ended are not kept`]),
  ]
  const text = `── ${words.join(', ')} `
  return textLine(text + '─'.repeat(Math.max(0, page.width - text.length)), 'quiet', page)
}

function footLine({ state, status }: ScreenView, page: Page): string {
  const { mode, notice, frozen } = state
  if (mode.kind === 'typing') return textLine(`filter: ${state.filter}_`, 'strong', page)
  if (mode.kind === 'confirming') {
    const { id, task } = mode.job
    return textLine(`Cancel ${shortId(id)} (${task})? y = yes, any other key = no`, 'warning', page)
  }
  if (notice !== undefined) return textLine(notice.text, notice.tone, page)
  const said = [...(frozen === undefined ? [] : ['frozen']), ...status].join(' · ')
  return textLine(`${said}  ${KEYS[mode.kind]}`, 'quiet', page)
}

const KEYS = {
  list: '? help  q quit  Enter details  / filter  s sort  c cancel  space freeze',
  panel: 'Esc back  j/k scroll  t traceback  ←/→ attempt  r result  e explain',
  help: 'any key: back',
} as const

function filled(lines: readonly string[], height: number): string[] {
  return Array.from({ length: height }, (_, index) => lines[index] ?? '')
}
