import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { sqlite } from '@hotline/sqlite'
import type { Land } from '../ground.ts'

/** A folder beside this one, as what is in memory (such as `/tmp` of many systems) has no disk to wait for. */
export function benchFolder(): Promise<string> {
  return mkdtemp(path.join(import.meta.dirname, 'jobs-'))
}

/** A file of its own. */
export async function sqliteLand(): Promise<Land> {
  const folder = await benchFolder()
  const file = path.join(folder, 'jobs.db')
  return { connect: () => sqlite({ file }), clear: () => rm(folder, { recursive: true }) }
}
