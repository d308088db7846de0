import { readFileSync } from 'node:fs'

/** Whether a process runs. A zombie that nobody has collected yet holds neither memory nor a core: it is dead. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
