import { randomBytes } from 'node:crypto'
import os from 'node:os'

/** `name-host-pid-random`: tells workers apart, also two in one process, in letters that every backend takes in keys. */
export function workerId(name: string | undefined): string {
  const host = os
    .hostname()
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 40)
  return [name, host, process.pid, randomBytes(4).toString('hex')]
    .filter((part) => part !== undefined)
    .join('-')
}
