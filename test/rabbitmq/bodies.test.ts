import { drain } from '../bodies/drain.ts'
import { explained } from '../bodies/explained.ts'
import { hostile } from '../bodies/hostile.ts'
import { poison } from '../bodies/poison.ts'
import { readers } from '../bodies/readers.ts'
import { describeRabbitMQ, rabbitmqStage } from './rabbitmq-stage.ts'

describeRabbitMQ(() => {
  poison('rabbitmq', rabbitmqStage)
  drain('rabbitmq', rabbitmqStage)
  hostile('rabbitmq', rabbitmqStage)
  readers('rabbitmq', rabbitmqStage)
  explained('rabbitmq', rabbitmqStage)
})
