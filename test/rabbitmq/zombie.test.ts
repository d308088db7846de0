import { zombie } from '../bodies/zombie.ts'
import { describeRabbitMQ, rabbitmqStage } from './rabbitmq-stage.ts'

describeRabbitMQ(() => zombie('rabbitmq', rabbitmqStage))
