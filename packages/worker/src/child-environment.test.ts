import { expect, test } from 'vitest'
import { childEnvironment, childExecArgv } from './child-environment.ts'
import { OutputLines } from './output-lines.ts'

test('a child gets what is harmless or named', () => {
  const whole = {
    PATH: '/bin',
    LC_ALL: 'C',
    NODE_ENV: 'test',
    SystemRoot: 'C:\\Windows',
    HOTLINE_URL: 'redis://secret',
    DATABASE_URL: 'postgres://secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    PATH_TO_SECRETS: 'secret',
    LICENCE: 'x',
  }
  expect(Object.keys(childEnvironment(['LICENCE'], whole))).toEqual([
    'PATH',
    'LC_ALL',
    'NODE_ENV',
    'SystemRoot',
    'LICENCE',
  ])
})

test('a child inherits the options of Node, without the program, the debugger, the tests and env files', () => {
  const own = [
    '--conditions=x',
    '-e',
    'main()',
    '--inspect-brk=0',
    '--import',
    'tsx',
    '--input-type=module',
    '--env-file=.env',
    '--env-file-if-exists',
    '.env.local',
    '--test',
  ]
  expect(childExecArgv(0, own)).toEqual(['--conditions=x', '--import', 'tsx'])
  expect(childExecArgv(1.5 * 1024 ** 3, [])).toEqual(['--max-old-space-size=1536'])
})

test('output is cut into lines, and its end is kept', () => {
  const lines: string[] = []
  const output = new OutputLines((line) => lines.push(line))
  const bytes = Buffer.from('first\nsecond: ü\nrest')
  output.write(bytes.subarray(0, 15))
  output.write(bytes.subarray(15))
  expect(lines).toEqual(['first', 'second: ü'])
  output.end()
  expect(lines[2]).toBe('rest')
  output.write(Buffer.from('y'.repeat(20_000)))
  expect(lines[3]).toHaveLength(8192)
  expect(output.tail).toHaveLength(8192)
})
