import { rabbitmq } from '@hotline/rabbitmq'
import type { Land } from '../ground.ts'

/** A namespace of a RabbitMQ. */
export function rabbitmqLand(url: string, name: string): Land {
  const namespace = `bench-${name}-${process.pid}-${Math.random().toString(36).slice(2, 8)}`
  return {
    connect: () => rabbitmq({ url, namespace }),
    clear: async () => {
      const last = rabbitmq({ url, namespace })
      await last.open()
      await last.wipe()
      await last.close()
    },
  }
}
