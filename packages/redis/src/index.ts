export type { ForeignClient, RedisSettings } from './redis.ts'
export { redis } from './redis.ts'
