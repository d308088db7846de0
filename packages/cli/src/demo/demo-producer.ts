import type { Client, JobEvent } from '@hotline/core'
import { renderTile } from './demo-tasks.ts'
import type { Tile } from './poster-view.ts'
import { TRIALS } from './trial.ts'

/** One trial follows so many tiles, so that they are spread over the first half. */
const TILES_PER_TRIAL = 5

/** Which of its jobs one is. */
export interface DemoTag {
  readonly kind: 'tile' | 'trial'
  readonly index: number
}

/** Enqueues the tiles, with the trials between them. Tags tell whoever reads the log which is which. */
export async function produceDemo(
  client: Client,
  tiles: readonly Tile[],
  signal: AbortSignal,
): Promise<void> {
  let trial = 0
  for (const [index, tile] of tiles.entries()) {
    signal.throwIfAborted()
    await client.enqueue(renderTile, tile, { tags: [`tile:${index}`] })
    if (index % TILES_PER_TRIAL === TILES_PER_TRIAL - 1) await enqueueTrial(client, trial++)
  }
  for (; trial < TRIALS.length; trial++) await enqueueTrial(client, trial)
}

/** `undefined` for a job of somebody else. */
export function tagOf({ tags }: Extract<JobEvent, { type: 'job.queued' }>): DemoTag | undefined {
  const [, kind, index] = /^(tile|trial):(\d+)$/.exec(tags[0] ?? '') ?? []
  if (kind !== 'tile' && kind !== 'trial') return undefined
  return { kind, index: Number(index) }
}

async function enqueueTrial(client: Client, index: number): Promise<void> {
  const trial = TRIALS[index]
  if (trial === undefined) return
  await client.enqueue(trial.task, null, { ...trial.options, tags: [`trial:${index}`] })
}
