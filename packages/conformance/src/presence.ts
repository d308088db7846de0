import type { WorkerPresence } from '@hotline/core'

/** A heartbeat as a worker with two slots would send it, one of them busy. */
export function presenceOf(worker: string, everyMs: number): WorkerPresence {
  const now = Date.now()
  const job = { id: '0190f3a2-7b1c-7abc-8def-0123456789ab', task: 'integrate', attempt: 1, since: now }
  return {
    worker,
    host: 'here',
    pid: process.pid,
    queues: ['numbers'],
    tasks: ['integrate'],
    startedAt: now,
    seenAt: now,
    everyMs,
    state: 'running',
    limit: 2,
    held: 1,
    running: 1,
    supervisorRss: 50_000_000,
    slots: [{ slot: 0, pid: process.pid, job, rss: 90_000_000, cpu: 0.5 }, { slot: 1 }],
  }
}
