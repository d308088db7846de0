import { readFile } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { EXIT } from '../io.ts'
import { jsonLine } from '../render/json-line.ts'

/** `hotline version`, and `hotline --version`. */
export const versionCommand: Command = {
  name: 'version',
  summary: 'Show the version of hotline and of Node',
  usage: '',
  connects: false,
  options: {},
  examples: [{ line: 'hotline version', what: 'Two versions in one line' }],
  async run({ io, given }) {
    const hotline = await ownVersion()
    const versions = { hotline, node: process.versions.node }
    const text = given.flag('json') ? jsonLine(versions) : `hotline ${hotline}, Node ${versions.node}\n`
    await io.stdout.write(text)
    return EXIT.ok
  },
}

/** The manifest lies one level above the bundle, and two above this file. */
async function ownVersion(): Promise<string> {
  for (const place of ['../package.json', '../../package.json']) {
    const text = await readFile(new URL(place, import.meta.url), 'utf8').catch(() => undefined)
    const manifest: { name?: unknown; version?: unknown } = JSON.parse(text ?? '{}')
    if (manifest.name === '@hotline/cli') return String(manifest.version)
  }
  return 'unknown'
}
