import type { ControlMessage } from './transport.ts'

/** For adapters: a message as it came, or `undefined` for what no hotline sent. */
export function parseControlMessage(text: string): ControlMessage | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { type, jobId, attempt, worker }: { readonly [name: string]: unknown } = { ...value }
  if (type === 'drain' && typeof worker === 'string') return { type, worker }
  if (type !== 'cancel' || typeof jobId !== 'string' || !Number.isSafeInteger(attempt)) return undefined
  return { type, jobId, attempt: Number(attempt) }
}
