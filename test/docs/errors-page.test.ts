/** docs/errors.md against the errors as they are thrown. */
import { CALL_ERROR_CODES, JOB_ERROR_CODES, USAGE_ERROR_CODES } from '@hotline/core'
import { describe, expect, test } from 'vitest'
import { MarkdownPage } from './markdown-page.ts'
import { callErrors, jobErrors, usageErrors } from './thrown-errors.ts'

const page = new MarkdownPage('docs/errors.md')
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const EXAMPLE_ID = '019abc00-0000-7000-8000-000000000000'

describe.each([
  ['Errors of use', USAGE_ERROR_CODES, usageErrors],
  ['Errors of a job', JOB_ERROR_CODES, jobErrors],
  ['Errors of a call', CALL_ERROR_CODES, callErrors],
] as const)('%s', (title, codes, errors) => {
  const part = page.section(title)

  test('every code has its section, in order', () => {
    expect([...part.matchAll(/^### `(.+)`$/gm)].map(([, code]) => code)).toEqual([...codes])
  })

  test.each(Object.entries(errors))('%s reads as it is thrown', async (code, provoke) => {
    const error = await provoke()
    const section = part.split(/^### /m).find((text) => text.startsWith(`\`${code}\``)) ?? ''
    const [, shown] = /^```text\n([\s\S]*?)\n```$/m.exec(section) ?? []
    expect(error).toMatchObject({ code, name: expect.any(String) })
    expect(shown).toBe(error.message.replaceAll(UUID, EXAMPLE_ID))
    // What all errors of a part have in common is said once, above them.
    const said = `${part.split(/^### /m)[0]}${section}`
    for (const fact of [error.name, ...factsOf(error)]) expect(said).toContain(`\`${fact}\``)
  })
})

/** The names of its typed facts. */
function factsOf(error: Error): readonly string[] {
  return Object.keys(error).filter((name) => !['code', 'name', 'stack', 'message'].includes(name))
}
