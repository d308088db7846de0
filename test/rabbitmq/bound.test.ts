import { bound } from '../bodies/bound.ts'
import { describeRabbitMQ, rabbitmqStage } from './rabbitmq-stage.ts'

describeRabbitMQ(() =>
  bound('rabbitmq', rabbitmqStage, { workers: 4, concurrency: 2, jobs: 200, processes: true }),
)
