export type { RabbitMQBackend, RabbitMQSettings } from './rabbitmq.ts'
export { rabbitmq } from './rabbitmq.ts'
