import { truthTable } from '../bodies/truth-table.ts'
import { describeRabbitMQ, rabbitmqStage } from './rabbitmq-stage.ts'

describeRabbitMQ(() => truthTable('rabbitmq', rabbitmqStage))
