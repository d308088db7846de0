import { badNetwork } from '../bodies/bad-network.ts'
import { describeRabbitMQ, rabbitmqStage } from './rabbitmq-stage.ts'

describeRabbitMQ(() => badNetwork('rabbitmq', rabbitmqStage))
