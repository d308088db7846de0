import { setTimeout } from 'node:timers/promises'

/** Waits so many ms. False when the signal aborted instead. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
