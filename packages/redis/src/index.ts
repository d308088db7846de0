export type { ForeignClient, RedisBackend, RedisSettings } from './redis.ts'
export { redis } from './redis.ts'
