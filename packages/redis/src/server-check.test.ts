import { expect, test } from 'vitest'
import { judgeServer } from './server-check.ts'

/** As servers write it. */
const info = (...lines: string[]) => ['# Server', ...lines, ''].join('\r\n')

test.each([
  ['2.8.24', info('redis_version:2.8.24')],
  ['6.0.16', info('redis_version:6.0.16', 'maxmemory_policy:noeviction')],
  ['0', info('nothing:here')],
])('a Redis %s is too old', (version, text) => {
  expect(() => judgeServer(text)).toThrow(`the server is Redis ${version}, and hotline needs 6.2 or later`)
})

test('a Valkey tells its own version, and counts as the Redis that it stands for', () => {
  const valkey = info('redis_version:7.2.4', 'valkey_version:8.1.1', 'aof_enabled:1')
  expect(judgeServer(valkey)).toEqual({ version: 'Valkey 8.1.1', major: 7, warnings: [] })
})

test('a Redis 6.2 is taken, as one whose scripts have no flags', () => {
  expect(judgeServer(info('redis_version:6.2.14', 'aof_enabled:1'))).toMatchObject({ major: 6, warnings: [] })
})

test('a server that keeps nothing, and one that may not be asked, are warned of', () => {
  expect(judgeServer(info('redis_version:7.0.15', 'aof_enabled:0')).warnings).toEqual([
    expect.stringContaining('set `appendonly yes`'),
  ])
  expect(judgeServer(undefined).warnings).toEqual([expect.stringContaining('may not run INFO')])
})
