/** Clients of a memory transport that are closed when the test ends, and two tasks. */
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { memory } from '../memory/memory.ts'
import { defineTask } from '../task/task.ts'
import { createClient } from './client.ts'

export const double = defineTask('double', {
  input: z.object({ n: z.number().int() }),
  output: z.object({ doubled: z.coerce.string() }),
})
export const plain = defineTask<{ n: number }, number>('plain')

export function setUp(settings: Parameters<typeof memory>[0] = {}) {
  const transport = memory(settings)
  const client = createClient({ transport })
  onTestFinished(() => client.close())
  return { transport, client }
}
