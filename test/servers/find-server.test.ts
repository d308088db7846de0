import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { findChromium } from './chromium.ts'
import type { Machine } from './find-server.ts'
import { findServer } from './find-server.ts'
import { pgbouncerProblem } from './private-pgbouncer.ts'
import { PrivateRedis } from './private-redis.ts'
import { redisKind } from './redis-kind.ts'

/** A machine where the default port is silent, and that has what the test gives it. */
const kind = { ...redisKind, localUrl: 'redis://127.0.0.1:1' }
const bare: Machine = {
  env: {},
  hasProgram: async () => false,
  install: async () => false,
  composeUp: async () => false,
}

describe('a server for the tests is', () => {
  test('the one that the environment names, and no other', async () => {
    await using server = await PrivateRedis.start()
    const named = { ...bare, env: { REDIS_URL: server.url } }
    expect(await findServer(redisKind, named)).toMatchObject({ url: server.url, how: 'REDIS_URL' })
    await server.kill()
    expect(await findServer(redisKind, { ...named, hasProgram: async () => true })).toMatchObject({
      problem: expect.stringContaining('the one that REDIS_URL names does not answer'),
    })
  })

  test('the one of this machine, if it answers', async () => {
    await using server = await PrivateRedis.start()
    expect(await findServer({ ...kind, localUrl: server.url }, bare)).toMatchObject({ how: 'this machine' })
  })

  test('a private one from the program that is installed, or was installed just now', async () => {
    for (const machine of [{ hasProgram: async () => true }, installing()]) {
      const found = await findServer(kind, { ...bare, ...machine })
      if (found.url === undefined) throw new Error(found.problem)
      await redisKind.probe(found.url)
      await found.stop()
      await expect(redisKind.probe(found.url)).rejects.toThrow()
    }
  })

  test('one in a container, if that brings it up', async () => {
    await using server = await PrivateRedis.start()
    await server.stop()
    const composeUp = async () => server.start().then(() => true)
    expect(await findServer({ ...kind, localUrl: server.url }, { ...bare, composeUp })).toMatchObject({
      url: server.url,
      how: 'a container',
    })
  })

  test('missing otherwise, with the cure; where CI=true that ends the run', async () => {
    expect(await findServer(kind, bare)).toEqual({
      url: undefined,
      problem:
        'The tests need Redis, and none runs here, and none could be started. ' +
        'Set REDIS_URL, or install the package redis-server, or start Docker.',
    })
    const env = { ...process.env, REDIS_URL: 'redis://127.0.0.1:1', CI: 'true' }
    const setup = `(await import(${JSON.stringify(new URL('./setup.ts', import.meta.url).href)})).setup()`
    const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', `await ${setup}`], { env })
    expect(ended.status).toBe(1)
    expect(String(ended.stderr)).toContain('REDIS_URL names does not answer')
  })
})

test('PgBouncer is the one that is installed, or was installed just now, and missing otherwise', async () => {
  for (const machine of [{ hasProgram: async () => true }, installing()])
    expect(await pgbouncerProblem({ ...bare, ...machine })).toBeUndefined()
  expect(await pgbouncerProblem(bare)).toBe(
    'The tests need PgBouncer, and none is installed, and none could be. Install the package pgbouncer.',
  )
})

test('Chromium is the one that is installed, or was installed just now, and missing otherwise', async () => {
  for (const machine of [{ hasProgram: async () => true }, installing()])
    expect(await findChromium({ ...bare, ...machine })).toMatchObject({ problem: undefined })
  expect(await findChromium(bare)).toEqual({
    program: undefined,
    problem:
      'The tests need Chromium, and none is installed, and none could be. Install the package chromium.',
  })
})

function installing(): Partial<Machine> {
  let isInstalled = false
  return {
    hasProgram: async () => isInstalled,
    install: async () => {
      isInstalled = true
      return true
    },
  }
}
