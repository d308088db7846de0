import { memory, type Transport } from '@hotline/core'
import { postgres } from '@hotline/postgres'
import { redis } from '@hotline/redis'
import { sqlite } from '@hotline/sqlite'

/** The one place that knows where jobs live. Another backend is another line here, and nothing else changes. */
export function transportOf(url: string): Transport {
  if (url === 'memory:') return memory()
  if (url.startsWith('sqlite:')) return sqlite({ file: url.slice('sqlite:'.length) })
  if (/^rediss?:/.test(url)) return redis({ url, namespace: 'examples' })
  if (/^postgres(ql)?:/.test(url)) return postgres({ connectionString: url, schema: 'examples' })
  if (url.startsWith('pglite:')) return postgres({ pglite: url.slice('pglite:'.length) || 'memory' })
  throw new Error(
    `No adapter for ${url.split(':')[0]} here. Install its package, and add a line to transport.ts.`,
  )
}
