export type { RabbitMQBackend, RabbitMQSettings, RabbitMQTopology } from './rabbitmq.ts'
export { rabbitmq, rabbitmqTopology } from './rabbitmq.ts'
