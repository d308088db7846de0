import { describe } from 'vitest'

/**
 * Declares tests that need a server, and leaves them out where there is none: `servers/setup.ts` has said so then, and ends
 * a run in CI.
 */
export function serverSuite(name: string, isThere: boolean): (body: () => void) => void {
  return (body) => {
    if (isThere) body()
    else describe.skip(name, body)
  }
}
