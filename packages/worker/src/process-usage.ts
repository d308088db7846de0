import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

/** What a process takes at one moment. */
export interface ProcessSample {
  /** Resident memory in bytes. */
  readonly rss: number
  /** CPU time since its start. */
  readonly cpuMs: number
}

/** Reads what processes of this machine take. A process that is gone, or a system that does not tell, gives nothing. */
export interface ProcessUsage {
  /** How often it may be asked without being a burden, in ms. */
  readonly everyMs: number
  sample(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessSample>>
  /** At once, where that is possible. */
  sampleNow(pid: number): ProcessSample | undefined
  /** Starts a new measurement of the peak. False where that is not possible; then `peakRss` means nothing. */
  resetPeak(pid: number): boolean
  /** The most resident memory since `resetPeak`, in bytes, as the kernel saw it. */
  peakRss(pid: number): number | undefined
}

/** Ticks of CPU time per second in /proc. The kernel's interface fixes it for user programs. */
const TICKS_PER_SECOND = 100

const procfs: ProcessUsage = {
  everyMs: 25,
  async sample(pids) {
    const samples = new Map<number, ProcessSample>()
    for (const pid of pids) {
      const sample = procfs.sampleNow(pid)
      if (sample !== undefined) samples.set(pid, sample)
    }
    return samples
  },
  sampleNow(pid) {
    const stat = read(`/proc/${pid}/stat`)
    // The second field is the program's name in brackets, and may hold blanks and brackets.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields === undefined) return undefined
    const field = (number: number): number => Number(fields[number - 3])
    const cpuMs = ((field(14) + field(15)) * 1000) / TICKS_PER_SECOND
    return { rss: field(24) * pageSize(), cpuMs }
  },
  resetPeak(pid) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
      return true
    } catch {
      return false
    }
  },
  peakRss(pid) {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
    return kib === undefined ? undefined : Number(kib) * 1024
  },
}

/** macOS, the BSDs and other Unixes. */
const ps: ProcessUsage = {
  everyMs: 500,
  async sample(pids) {
    if (pids.length === 0) return new Map()
    const table = await output('ps', ['-o', 'pid=,rss=,time=', '-p', pids.join(',')])
    const rows = table.split('\n').map((row) => row.trim().split(/\s+/))
    return new Map(
      rows.flatMap(([pid = '', rss = '', time = '']) => {
        return pid === '' ? [] : [[Number(pid), { rss: Number(rss) * 1024, cpuMs: cpuTime(time) }] as const]
      }),
    )
  },
  sampleNow: () => undefined,
  resetPeak: () => false,
  peakRss: () => undefined,
}

/** Of the system that this process runs on. */
export const processUsage: ProcessUsage = process.platform === 'linux' ? procfs : ps

let knownPageSize: number | undefined

/** From the auxiliary vector of this process: pairs of words, of which AT_PAGESZ is the sixth kind. */
function pageSize(): number {
  knownPageSize ??= readPageSize()
  return knownPageSize
}

function readPageSize(): number {
  const AT_PAGESZ = 6n
  try {
    const words = new BigUint64Array(new Uint8Array(readFileSync('/proc/self/auxv')).buffer)
    for (let at = 0; at + 1 < words.length; at += 2) if (words[at] === AT_PAGESZ) return Number(words[at + 1])
  } catch {}
  return 4096
}

/** `[days-][hours:]minutes:seconds[.hundredths]` as `ps` writes it. */
function cpuTime(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-') : ['0', text]
  const seconds = (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Math.round((Number(days) * 86_400 + seconds) * 1000)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, (_error, stdout) => resolve(stdout))
  })
}
