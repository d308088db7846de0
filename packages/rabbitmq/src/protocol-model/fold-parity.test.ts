import { isFinal } from '@hotline/core'
import { expect, test } from 'vitest'
import { Fold } from '../fold.ts'
import { explore } from './explore.ts'
import type { JobView } from './model-fold.ts'
import { ModelFold, startReading } from './model-fold.ts'
import type { ModelLog } from './model-log.ts'
import { AT, JOB_ID, realOffer } from './real-entries.ts'
import { SCENES } from './scenes.ts'

/** Every so many-th log of a scene is held against the real fold. */
const EVERY = 11
const LIMIT_MS = 120_000

test.each(SCENES)('the real fold and that of the model agree when $name', { timeout: LIMIT_MS }, (scene) => {
  const logs = new Set<ModelLog>()
  explore({ ...scene, look: (log) => logs.add(log) })
  const some = [...logs].filter((_log, index) => index % EVERY === 0)
  for (const log of some) compare(log)
  expect(some.length).toBeGreaterThan(1)
})

/** For the reader who was there from the start, and for each that comes after a part was dropped. */
function compare(log: ModelLog): void {
  const texts = textsOf(log)
  for (let first = 0; first < texts.length; first++) {
    const model = new ModelFold(undefined)
    const real = new Fold()
    let reading = startReading(first)
    let told = 0
    for (const { text, entry, offset } of texts.slice(first)) {
      told += real.apply({ offset, text }).events.filter(({ type }) => type === 'job.progress').length
      reading = model.apply(reading, entry, offset).reading
    }
    expect(viewOf(real), `from ${first} of ${texts.map(({ text }) => text).join('\n')}`).toEqual(
      leased(reading.job),
    )
    if (first === 0) expect(told, 'notes recorded').toBe(log.told.length)
  }
}

function textsOf(log: ModelLog) {
  const links: ModelLog[] = []
  for (let link = log; link.before !== undefined; link = link.before) links.unshift(link)
  const texts: { text: string; entry: NonNullable<ModelLog['entry']>; offset: number }[] = []
  for (const [offset, { entry }] of links.entries()) {
    if (entry === undefined) continue
    const { by, n, offer } = entry
    const now = foldOf(texts, offset)
    const asOf = offer.kind === 'keep' ? foldOf(texts, offer.asOf + 1) : undefined
    const text = JSON.stringify({ v: 1, by: `session ${by}`, n, at: AT, offer: realOffer(offer, now, asOf) })
    texts.push({ text, entry, offset })
  }
  return texts
}

function foldOf(texts: readonly { readonly text: string }[], end: number): Fold {
  const fold = new Fold()
  for (const [offset, { text }] of texts.slice(0, end).entries()) fold.apply({ offset, text })
  return fold
}

/** Without the mark of a lease that is over, which nobody asks for. */
function leased(job: JobView): JobView {
  return job.state === 'running' ? job : { ...job, mark: -1 }
}

function viewOf(fold: Fold): JobView {
  const job = fold.jobs.get(JOB_ID)
  if (job === undefined) return { state: 'none', attempt: 0, isCancelling: false, mark: -1 }
  const { state, attempt, cancel } = job.record
  return leased({
    state: isFinal(state) ? 'ended' : state === 'running' ? 'running' : 'waiting',
    attempt,
    isCancelling: cancel !== undefined,
    mark: job.mark,
  })
}
