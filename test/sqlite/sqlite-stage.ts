import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sqlite } from '@hotline/sqlite'
import type { CreateStage } from '../stage.ts'

/** A file of its own; each connection is a transport of its own on it. */
export const sqliteStage: CreateStage = async ({ leaseMs, retentionMs }) => {
  const folder = await newFolder()
  const settings = { file: path.join(folder, 'jobs.db'), lease: leaseMs, retention: retentionMs }
  return { connect: () => sqlite(settings), end: () => rm(folder, { recursive: true }) }
}

export function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'hotline-sqlite-'))
}
