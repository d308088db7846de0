import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * CPUs that the control groups of this process grant by quota, v1 or v2; Infinity without one. Node tells of the
 * affinity of a process and of its memory limit, and not of this. Docker's `--cpus` and Kubernetes' limits are quotas.
 */
export function cpuQuota(root = '/sys/fs/cgroup', membership = '/proc/self/cgroup'): number {
  const groups = linesOf(membership).map((line) => line.split(':'))
  const quotas = groups.flatMap(([, controllers = '', group = '/']) => {
    if (controllers === '') return ancestors(group).map((folder) => quotaV2(path.join(root, folder)))
    if (!controllers.split(',').includes('cpu')) return []
    return ['cpu', 'cpu,cpuacct'].flatMap((mount) =>
      ancestors(group).map((folder) => quotaV1(path.join(root, mount, folder))),
    )
  })
  return Math.min(Number.POSITIVE_INFINITY, ...quotas)
}

/** `/a/b`, `/a` and `/`: the least quota on the way up counts. In a container the path may not exist, but `/` does. */
function ancestors(group: string): string[] {
  const parts = group.split('/').filter((part) => part !== '' && part !== '..')
  return Array.from(
    { length: parts.length + 1 },
    (_, up) => `/${parts.slice(0, parts.length - up).join('/')}`,
  )
}

function quotaV2(folder: string): number {
  const [quota = 'max', period = '100000'] = (linesOf(path.join(folder, 'cpu.max'))[0] ?? '').split(' ')
  return ratio(Number(quota), Number(period))
}

function quotaV1(folder: string): number {
  const [quota = '-1'] = linesOf(path.join(folder, 'cpu.cfs_quota_us'))
  const [period = '100000'] = linesOf(path.join(folder, 'cpu.cfs_period_us'))
  return ratio(Number(quota), Number(period))
}

function ratio(quota: number, period: number): number {
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n')
  } catch {
    return []
  }
}
