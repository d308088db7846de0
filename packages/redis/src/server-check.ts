import { TransportError } from '@hotline/core'

/** What `INFO` tells of a server. */
export interface ServerFacts {
  /** Such as `Redis 7.0.15`. */
  readonly version: string
  readonly major: number
  readonly warnings: readonly string[]
}

const OLDEST = [6, 2] as const
const CURE_POLICY =
  'Run `CONFIG SET maxmemory-policy noeviction`, and set it in redis.conf: any other policy deletes jobs when memory is short.'

/**
 * Judges a server by its `INFO`, or by none if the user may not ask.
 * @throws TransportError for one that would lose jobs, or is too old
 */
export function judgeServer(info: string | undefined): ServerFacts {
  if (info === undefined) {
    const warning =
      'this user may not run INFO, so hotline could not check persistence and `maxmemory-policy` of the server'
    return { version: 'unknown', major: 6, warnings: [warning] }
  }
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim()
  const valkey = field('valkey_version')
  const number = valkey ?? field('redis_version') ?? '0'
  const version = `${valkey === undefined ? 'Redis' : 'Valkey'} ${number}`
  const [major = 0, minor = 0] = (field('redis_version') ?? number).split('.').map(Number)
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw refusal(`the server is ${version}, and hotline needs 6.2 or later`, 'Upgrade the server.')
  const policy = field('maxmemory_policy') ?? 'noeviction'
  if (policy !== 'noeviction') throw refusal(`the server has the maxmemory-policy \`${policy}\``, CURE_POLICY)
  return { version, major, warnings: warningsOf(version, field('aof_enabled') === '1') }
}

function warningsOf(version: string, hasLog: boolean): string[] {
  if (hasLog) return []
  return [
    `${version} keeps no append-only file, so jobs that were acknowledged are gone when it restarts; set \`appendonly yes\``,
  ]
}

function refusal(problem: string, cure: string): TransportError {
  return new TransportError({ transport: 'redis', problem, cure })
}
