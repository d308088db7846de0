import { constants } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Given } from '../given.ts'
import { type ProofReport, proofPage } from './proof-page.ts'

/** Where a report goes. */
export interface ReportFile {
  readonly path: string
  write(report: ProofReport): Promise<void>
}

/** The file of `--report`, if it is asked for. Rejects before the work, not after it, where its folder is not writable. */
export async function reportFile(given: Given): Promise<ReportFile | undefined> {
  const name = given.text('report')
  if (name === undefined) return undefined
  const file = path.resolve(name)
  await access(path.dirname(file), constants.W_OK)
  return { path: name, write: (report) => writeFile(file, proofPage(report)) }
}
