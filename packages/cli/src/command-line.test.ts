import { expect, test } from 'vitest'
import { optionsOf, readCommandLine } from './command-line.ts'
import { COMMANDS } from './commands.ts'
import { run } from './testing/captured-io.ts'
import { words } from './testing/shell-words.ts'

test.each(COMMANDS)('$name: --help shows its options, and examples that parse', async (command) => {
  const { exit, out, err } = await run([command.name, '--help'])
  expect([exit, err]).toEqual([0, ''])
  for (const option of Object.keys(optionsOf(command))) expect(out).toContain(`--${option}`)
  expect(command.examples.length).toBeGreaterThan(0)
  for (const { line } of command.examples) {
    expect(out).toContain(line)
    const [program, ...argv] = words(line)
    expect(program).toBe('hotline')
    expect(readCommandLine(argv, COMMANDS).command.name).toBe(command.name)
  }
})

test('alone, with --help and with help, it lists every command', async () => {
  for (const argv of [[], ['--help'], ['-h'], ['help']]) {
    const { exit, out } = await run(argv)
    expect(exit).toBe(0)
    for (const { name, summary } of COMMANDS)
      expect(out).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'))
  }
  expect((await run(['help', 'events'])).out).toBe((await run(['events', '--help'])).out)
})

test('the version is that of the package', async () => {
  for (const argv of [['version'], ['--version'], ['-v']])
    expect((await run(argv)).out).toMatch(/^hotline \d+\.\d+\.\d+, Node \d+\.\d+\.\d+\n$/)
  expect(JSON.parse((await run(['version', '--json'])).out)).toMatchObject({ node: process.versions.node })
})

test.each([
  [['evnts'], 'There is no command "evnts". Did you mean `events`?'],
  [['frobnicate'], 'There is no command "frobnicate".'],
  [['help', 'wrker'], 'There is no command "wrker". Did you mean `worker`?'],
  [['events', '--tpyes', 'a'], 'There is no option "--tpyes". Did you mean `--types`?'],
  [['jobs', '--limt=3'], 'There is no option "--limt". Did you mean `--limit`?'],
  [['jobs', '--limit'], '--limit needs a value. Write --limit N.'],
  [['jobs', '--limit', '--json'], '--limit needs a value.'],
  [['jobs', '--json=yes'], '--json takes no value.'],
  [['jobs', '--task', 'a', '--task', 'b'], '--task is given twice.'],
  [['jobs', '--limit', '0'], '--limit is "0". Give a whole number of 1 or more.'],
  [['jobs', '--state', 'runing'], 'There is no state "runing". Did you mean `running`?'],
  [['jobs', 'extra'], '`hotline jobs` does not know what to do with "extra".'],
  [['show'], '`hotline show` needs its job. Write `hotline show <job> [options]`.'],
  [['worker'], '`hotline worker` needs its handlers.'],
  [
    ['worker', 'h.ts', '--isolation', 'thread'],
    'There is no isolation "thread". There are `process`, `inline`.',
  ],
  [['worker', 'h.ts', '--grace', 'soon'], '`--grace` is "soon"'],
  [['worker', 'h.ts', '--concurrency', '2.5'], '--concurrency is "2.5".'],
  [['events', '--types', 'job.faild'], 'There is no event type "job.faild". Did you mean `job.failed`?'],
  [['events', '--from', 'never'], '"never" is not a cursor'],
  [['pause', 'a b'], '"a b"'],
  [['pause', '\u001b[31m'], '1b'],
])('%j is refused with exit code 2, in one line', async (argv, text) => {
  const { exit, out, err } = await run(argv, { url: 'memory://refusals' })
  const lines = err
    .trimEnd()
    .split('\n')
    .filter((line) => !line.includes('memory backend'))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^hotline: /)
  expect(lines[0]).toContain(text)
  expect([exit, out]).toEqual([2, ''])
})

test('options may stand before the command and behind it', () => {
  const before = readCommandLine(['--url', 'memory:', '--json', 'jobs', '--limit', '3'], COMMANDS)
  expect(before.command.name).toBe('jobs')
  expect([before.given.text('url'), before.given.flag('json'), before.given.count('limit')]).toEqual([
    'memory:',
    true,
    3,
  ])
  const behind = readCommandLine(['show', '--json', 'abcd'], COMMANDS)
  expect([behind.operands, behind.given.flag('json')]).toEqual([['abcd'], true])
})
