import { memory, type Transport } from '@hotline/core'

/** The one place that knows where jobs live. Another backend is another line here, and nothing else changes. */
export function transportOf(url: string): Transport {
  if (url === 'memory:') return memory()
  throw new Error(
    `No adapter for ${url} here. Install one, such as @hotline/redis, and add it to transport.ts.`,
  )
}
