import { expect, test, vi } from 'vitest'
import { findProgram } from './find-program.ts'
import type { Machine } from './find-server.ts'

const wanted = { program: 'tmux', package: 'tmux-package' }

/** A machine with or without the program, where an installation works or does not. */
function machine(
  has: boolean,
  installs: boolean,
  env: Machine['env'] = {},
): Machine & { installed: object[] } {
  const installed: object[] = []
  let isThere = has
  return {
    ...{ env, installed, hasProgram: async () => isThere, composeUp: async () => false },
    install: async (packages) => {
      installed.push(packages)
      isThere ||= installs
      return installs
    },
  }
}

test('what is there is not installed', async () => {
  const its = machine(true, false)
  expect([await findProgram(wanted, its), its.installed]).toEqual([true, []])
})

test('what is missing is installed', async () => {
  const its = machine(false, true)
  expect(await findProgram(wanted, its)).toBe(true)
  expect(its.installed).toEqual([{ 'apt-get': 'tmux-package', apk: 'tmux-package' }])
})

test('what cannot be had is told in a line, and an error in CI', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  expect(await findProgram(wanted, machine(false, false))).toBe(false)
  expect(warn.mock.calls.flat().join()).toMatch(
    /need tmux\. Install the package tmux-package\. .* left out\./,
  )
  warn.mockRestore()
  await expect(findProgram(wanted, machine(false, false, { CI: 'true' }))).rejects.toThrow('need tmux')
})
