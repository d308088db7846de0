import type { JobState } from '@hotline/core'
import type { Tone } from './colour.ts'

const TONES: Readonly<Record<JobState, Tone>> = {
  scheduled: 'quiet',
  queued: 'plain',
  running: 'active',
  retrying: 'warning',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'stopped',
  expired: 'bad',
  lost: 'bad',
  unknown: 'bad',
  forgotten: 'bad',
}

/** The colour of a state. */
export function stateTone(state: JobState): Tone {
  return TONES[state]
}
