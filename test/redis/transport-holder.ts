import { redis } from '@hotline/redis'

export default redis
