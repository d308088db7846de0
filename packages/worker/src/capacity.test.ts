import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { capacity, thisMachine } from './capacity.ts'
import { cpuQuota } from './cgroup.ts'

const GIB = 1024 ** 3
const root = mkdtempSync(path.join(tmpdir(), 'hotline-cgroup-'))
afterEach(() => rmSync(root, { recursive: true, force: true }))

function task(memoryBytes?: number) {
  return { name: 'any', queue: 'default', memoryBytes }
}

test.each([
  {
    cpus: 2,
    memory: 23.4 * GIB,
    tasks: [task(GIB)],
    limit: 2,
    arithmetic: 'min(2 CPUs, 23.4 GiB / 1 GiB = 23) = 2',
  },
  {
    cpus: 16,
    memory: 8 * GIB,
    tasks: [task(GIB), task(3 * GIB)],
    limit: 2,
    arithmetic: 'min(16 CPUs, 8 GiB / 3 GiB = 2) = 2',
  },
  { cpus: 1.5, memory: 8 * GIB, tasks: [task()], limit: 1, arithmetic: '1.5 CPUs = 1' },
  {
    cpus: 0.5,
    memory: GIB,
    tasks: [task(4 * GIB)],
    limit: 1,
    arithmetic: 'min(0.5 CPUs, 1 GiB / 4 GiB = 0) = 1',
  },
])('$arithmetic', ({ cpus, memory, tasks, limit, arithmetic }) => {
  expect(capacity(tasks, undefined, { cpus, memory })).toEqual({ limit, arithmetic })
})

test('a number that is given counts as it is', () => {
  expect(capacity([task(GIB)], 7)).toEqual({ limit: 7, arithmetic: '7, as given' })
})

test('this machine has what its process may use', () => {
  const { cpus, memory } = thisMachine()
  expect(cpus).toBeGreaterThan(0)
  expect(cpus).toBeLessThanOrEqual(availableParallelism())
  expect(memory).toBeGreaterThan(64 * 1024 ** 2)
})

/** A tree of control groups as the kernel shows it. */
function groups(files: { readonly [file: string]: string }): [root: string, membership: string] {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  return [root, path.join(root, 'membership')]
}

test.each([
  [
    'v2, a quota on the way up',
    { membership: '0::/a/b', 'a/b/cpu.max': 'max 100000', 'a/cpu.max': '150000 100000' },
    1.5,
  ],
  [
    'v2 in a container, which sees only its own root',
    { membership: '0::/../../x', 'cpu.max': '50000 100000' },
    0.5,
  ],
  [
    'v1',
    {
      membership: '1:name=systemd:/\n4:cpu,cpuacct:/a',
      'cpu,cpuacct/a/cpu.cfs_quota_us': '300000',
      'cpu,cpuacct/a/cpu.cfs_period_us': '100000',
    },
    3,
  ],
  ['no quota', { membership: '4:cpu:/a', 'cpu/a/cpu.cfs_quota_us': '-1' }, Number.POSITIVE_INFINITY],
  ['no control groups', {}, Number.POSITIVE_INFINITY],
])('CPU quota of control groups: %s', (_name, files, cpus) => {
  expect(cpuQuota(...groups(files))).toBe(cpus)
})
