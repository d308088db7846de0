import type { JobHandle } from '@hotline/core'
import { expect, vi } from 'vitest'

/** Looks at the job anew until it is in the state. */
export async function untilState(job: JobHandle, state: string, timeout = 20_000): Promise<void> {
  await vi.waitFor(async () => expect((await job.refresh()).state).toBe(state), { timeout, interval: 20 })
}
