import { defineTask } from '@hotline/core'
import { z } from 'zod'

/** What a scripted job does. One handler for all, so that a test reads as a script. */
export type Act =
  | { readonly do: 'return'; readonly value: unknown }
  /** Waits, heeding the abort signal. */
  | { readonly do: 'wait'; readonly ms: number }
  /** Keeps its core busy, heeding nothing. */
  | { readonly do: 'spin'; readonly ms?: number; readonly ignoreSigterm?: boolean }
  | { readonly do: 'throw'; readonly failures: number }
  /** Throws the n-th of `hostile-values.ts`. */
  | { readonly do: 'throw-hostile'; readonly index: number }
  | { readonly do: 'return-hostile'; readonly index: number }
  | { readonly do: 'kill-self'; readonly signal: NodeJS.Signals }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'fill-heap' }
  | { readonly do: 'fill-buffers' }
  /** Writes `start` and `end` lines to a file of its own, and is busy in between. */
  | { readonly do: 'sign'; readonly folder: string; readonly ms: number }
  /** Writes the time to a file every 20 ms, spinning. */
  | { readonly do: 'tick'; readonly file: string }
  /** Spins until there is a file of this name with the number of the attempt behind it, and returns that number.
   * Files with `.reached` and `.passed` behind that tell that it waits, and that it goes on. */
  | { readonly do: 'gate'; readonly file: string }

const quick = { initial: 10, jitter: 0 } as const

export const act = defineTask<Act, unknown, { done: number }>('act', { attempts: 2, backoff: quick })
/** Fails at its first error, loss or timeout. */
export const once = defineTask<Act>('once', { attempts: 1, crashLimit: 1 })
export const timed = defineTask<Act>('timed', { attempts: 1, timeout: 300 })
export const lean = defineTask<Act>('lean', { attempts: 1, crashLimit: 1, memory: '160 MiB' })
/** Waits long before its next attempt. */
export const patient = defineTask<Act>('patient', {
  attempts: 2,
  backoff: { initial: '1h', max: '1h', jitter: 0 },
})
export const typed = defineTask('typed', {
  input: z.object({ n: z.number() }),
  output: z.object({ half: z.number() }),
  progress: z.object({ done: z.number() }),
})
