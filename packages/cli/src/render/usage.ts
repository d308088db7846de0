import { formatBytes, formatDuration } from '@hotline/core'

/** What an attempt used, in parts: `ran 1.2 s`, `cpu 1.1 s`, `peak 96 MiB`. What is not known is left out. */
export function usageParts(usage: {
  readonly runMs?: number | undefined
  readonly cpuMs?: number | undefined
  readonly peakRss?: number | undefined
}): string[] {
  const { runMs, cpuMs, peakRss } = usage
  return [
    ...(runMs === undefined ? [] : [`ran ${formatDuration(runMs)}`]),
    ...(cpuMs === undefined ? [] : [`cpu ${formatDuration(cpuMs)}`]),
    ...(peakRss === undefined ? [] : [`peak ${formatBytes(peakRss)}`]),
  ]
}
