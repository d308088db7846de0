import type { JobId } from '@hotline/core'

/** The last 8 digits of an id, which are random: they tell jobs apart on a screen, and `hotline show` takes them. */
export function shortId(id: JobId): string {
  return id.slice(-8)
}
