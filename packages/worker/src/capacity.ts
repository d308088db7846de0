import os from 'node:os'
import { formatBytes } from '@hotline/core'
import { cpuQuota } from './cgroup.ts'
import type { TaskFacts } from './message.ts'

/** How many jobs a worker runs at once, and in words how that number came about. */
export interface Capacity {
  readonly limit: number
  readonly arithmetic: string
}

/** What the machine, or the container, has to give. */
export interface Machine {
  /** Whole or not: a quota may be 1.5. */
  readonly cpus: number
  /** In bytes. */
  readonly memory: number
}

/** What this process may use: affinity, control groups and the machine itself, whichever is least. */
export function thisMachine(): Machine {
  // Without a limit `constrainedMemory` is 0, or a number beyond all machines.
  const constrained = process.constrainedMemory()
  const memory = constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem()
  return { cpus: Math.min(os.availableParallelism(), cpuQuota()), memory }
}

/** `min(2 CPUs, 23.4 GiB / 1 GiB = 23) = 2`, or the number that was given. Never less than 1. */
export function capacity(
  tasks: readonly TaskFacts[],
  given?: number,
  machine: Machine = thisMachine(),
): Capacity {
  if (given !== undefined) return { limit: given, arithmetic: `${given}, as given` }
  const cpus = Math.max(1, Math.floor(machine.cpus))
  const largest = Math.max(0, ...tasks.map((task) => task.memoryBytes ?? 0))
  const cpuText = `${round(machine.cpus)} ${machine.cpus === 1 ? 'CPU' : 'CPUs'}`
  if (largest === 0) return { limit: cpus, arithmetic: `${cpuText} = ${cpus}` }
  const fitting = Math.floor(machine.memory / largest)
  const limit = Math.max(1, Math.min(cpus, fitting))
  const memoryText = `${formatBytes(machine.memory)} / ${formatBytes(largest)} = ${fitting}`
  return { limit, arithmetic: `min(${cpuText}, ${memoryText}) = ${limit}` }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
