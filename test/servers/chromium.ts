/** The browser of the tests: the Chromium that is installed, or was installed just now. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'
import type { Machine } from './find-server.ts'
import { thisMachine } from './find-server.ts'

/** What distributions call it. */
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'] as const
const PACKAGES = { 'apt-get': 'chromium', apk: 'chromium' } as const

/** The program, or the line that says why there is none. */
export type FoundChromium =
  | { readonly program: string; readonly problem: undefined }
  | { readonly program: undefined; readonly problem: string }

export async function findChromium(machine: Machine = thisMachine): Promise<FoundChromium> {
  const installed = await programOf(machine)
  if (installed !== undefined) return { program: installed, problem: undefined }
  const added = (await machine.install(PACKAGES)) ? await programOf(machine) : undefined
  if (added !== undefined) return { program: added, problem: undefined }
  const cure = `Install the package ${PACKAGES['apt-get']}.`
  const problem = `The tests need Chromium, and none is installed, and none could be. ${cure}`
  return { program: undefined, problem }
}

/** A name that the browser of the tests finds on this machine, as a forged entry of DNS would have it. */
export const FORGED_HOST = 'attacker.example'

/** Starts it without a window. Chromium refuses its sandbox to root, and has nothing to fear of our own pages. */
export function startChromium(program: string): Promise<Browser> {
  const args = [
    ...['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'],
    `--host-resolver-rules=MAP ${FORGED_HOST} 127.0.0.1`,
  ]
  return chromium.launch({ executablePath: program, headless: true, args })
}

async function programOf(machine: Machine): Promise<string | undefined> {
  for (const program of PROGRAMS) if (await machine.hasProgram(program)) return pathOf(program)
  return undefined
}

/** The driver asks for a file, not for a name. */
function pathOf(program: string): string {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const files = folders.map((folder) => path.join(folder, program))
  return files.find((file) => existsSync(file)) ?? program
}
