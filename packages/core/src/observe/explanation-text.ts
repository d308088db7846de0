import { formatBytes } from '../task/bytes.ts'
import { formatDuration } from '../task/duration.ts'
import type { BusySlot, Explanation, Line, Obstacle, UnfitWorker } from './explanation.ts'

/** Most slots or workers that are named one by one. */
const MOST_NAMED = 8

/**
 * An explanation in plain sentences, one per line; times are told from the moment of the look. Names and errors in it
 * are as strangers wrote them: whoever shows it makes them inert.
 */
export function explanationText(explanation: Explanation): string[] {
  const { id, observedAt: now, queue = '?', task = '?' } = explanation
  switch (explanation.why) {
    case 'unknown':
      return [`Job ${id} is unknown: this backend never stored it, or has lost it.`]
    case 'forgotten':
      return [
        `Job ${id} is forgotten: it is older than the backend remembers (${formatDuration(explanation.retentionMs)}).`,
      ]
    case 'finished':
      return endLines(explanation)
    case 'running':
      return runLines(explanation)
    case 'lost':
      return [
        `Job ${id} was running on ${explanation.worker}, slot ${explanation.slot}, and its lease has lapsed: the worker died, froze, or lost the backend.`,
        `It is queued again ${inTime(explanation.requeuedBy, now)}.`,
      ]
    default:
      return [
        `Job ${id} (${task}) waits in queue ${queue}.`,
        ...(explanation.why === 'next' ? nextLines(explanation) : obstacleLines(explanation, explanation)),
        ...explanation.also.flatMap((obstacle) => obstacleLines(obstacle, explanation)),
        ...lineLines(explanation.line),
      ]
  }
}

function endLines(end: Extract<Explanation, { why: 'finished' }>): string[] {
  const { id, state, at, observedAt, attempts, runMs, code, message, receipt } = end
  const ago = formatDuration(Math.max(0, observedAt - at))
  const effort = attempts === 0 ? 'without an attempt' : `after ${many(attempts, 'attempt')}`
  const ran =
    state === 'succeeded' && runMs !== undefined ? `, the last of which ran ${formatDuration(runMs)}` : ''
  const reason = receipt?.reason === undefined ? '' : ` Reason: ${receipt.reason}.`
  const error = code === undefined ? [] : [`${code}${message === undefined ? '' : `: ${firstLine(message)}`}`]
  return [`Job ${id} is over: it ${ENDED[state]} ${ago} ago, ${effort}${ran}.${reason}`, ...error]
}

const ENDED = {
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
  expired: 'expired',
} as const

function runLines(run: Extract<Explanation, { why: 'running' }>): string[] {
  const {
    id,
    task,
    worker,
    slot,
    pid,
    attempt,
    since,
    observedAt: now,
    progress,
    typicalMs,
    stopAskedAt,
  } = run
  const elapsed = formatDuration(Math.max(0, now - since))
  return [
    `Job ${id} (${task}) is running: attempt ${attempt}, on ${worker}, slot ${slot}, pid ${pid}, for ${elapsed}.`,
    ...(typicalMs === undefined ? [] : [`A run of ${task} typically takes ${formatDuration(typicalMs)}.`]),
    ...(progress === undefined ? [] : [`Its latest progress: ${JSON.stringify(progress)}.`]),
    ...(stopAskedAt === undefined
      ? []
      : [`It was asked to stop ${formatDuration(Math.max(0, now - stopAskedAt))} ago.`]),
  ]
}

function nextLines({ free }: { readonly free: number }): string[] {
  return [
    `Nothing is in its way: ${many(free, 'slot')} that could take it ${free === 1 ? 'is' : 'are'} free.`,
  ]
}

interface Place {
  readonly observedAt: number
  readonly task?: string | undefined
  readonly queue?: string | undefined
}

function obstacleLines(obstacle: Obstacle, { observedAt: now, task = '?', queue = '?' }: Place): string[] {
  switch (obstacle.why) {
    case 'delayed':
      return obstacle.misses === 0
        ? [`It is delayed, and due ${inTime(obstacle.until, now)}.`]
        : [
            `Workers without a handler for ${task} took it ${many(obstacle.misses, 'time')} and gave it back; it is offered again ${inTime(obstacle.until, now)}.`,
          ]
    case 'retrying': {
      const { failures, attempts, code = '', message = '', until } = obstacle
      return [
        `It failed ${many(failures, 'time')} of the ${attempts} that it may, and is tried again ${inTime(until, now)}.`,
        `The last error: ${[code, firstLine(message)].filter((text) => text !== '').join(': ')}`,
      ]
    }
    case 'paused':
      return [`Queue ${queue} is paused. \`hotline resume ${queue}\` lets its jobs start.`]
    case 'no-worker':
      return noWorkerLines(obstacle.unfit, { task, queue })
    case 'too-big':
      return [
        `It may need ${formatBytes(obstacle.memory)}, and no worker that would take it has more than ${formatBytes(obstacle.largest)}: it would be killed there, or take its worker with it.`,
      ]
    case 'busy':
      return busyLines(obstacle, now)
  }
}

function noWorkerLines(
  unfit: readonly UnfitWorker[],
  { task, queue }: { task: string; queue: string },
): string[] {
  if (unfit.length === 0) return ['No worker is alive.']
  const text = {
    queue: `does not serve queue ${queue}`,
    task: `has no handler for ${task}`,
    time: 'is stopping',
  }
  return [
    `No live worker serves queue ${queue} and has a handler for ${task}.`,
    ...named(unfit, ({ worker, lacks }) => `  ${worker} ${text[lacks]}.`),
  ]
}

function busyLines({ limit, slots, startsAt }: Extract<Obstacle, { why: 'busy' }>, now: number): string[] {
  const when =
    startsAt === undefined
      ? 'There is no estimate of when one is free: too little is known of how long these jobs run.'
      : `By typical run times it starts ${startsAt <= now ? 'at any moment' : `in about ${formatDuration(startsAt - now)}`}.`
  const all =
    limit === 1 ? 'The one slot that could take it is busy' : `All ${limit} slots that could take it are busy`
  return [`${all}:`, ...named(slots, (slot) => slotLine(slot, now)), when]
}

function slotLine({ worker, slot, job, task, since, typicalMs }: BusySlot, now: number): string {
  const typical = typicalMs === undefined ? '' : ` of typically ${formatDuration(typicalMs)}`
  return `  ${worker}/${slot} runs ${job} (${task}) for ${formatDuration(Math.max(0, now - since))}${typical}.`
}

function lineLines({ ahead, isWhole }: Line): string[] {
  if (ahead === 0) return ['It is the first of its queue.']
  return [
    `${isWhole ? '' : 'At least '}${many(ahead, 'job')} of its queue ${ahead === 1 ? 'goes' : 'go'} first.`,
  ]
}

function named<T>(items: readonly T[], line: (item: T) => string): string[] {
  const rest = items.length - MOST_NAMED
  return [...items.slice(0, MOST_NAMED).map(line), ...(rest > 0 ? [`  and ${rest} more.`] : [])]
}

function inTime(at: number, now: number): string {
  return at <= now ? 'at any moment' : `in ${formatDuration(at - now)}`
}

function many(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
