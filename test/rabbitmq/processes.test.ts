import { killedSupervisor } from '../bodies/killed-supervisor.ts'
import { otherProcess } from '../bodies/other-process.ts'
import { overload } from '../bodies/overload.ts'
import { describeRabbitMQ, rabbitmqStage } from './rabbitmq-stage.ts'

describeRabbitMQ(() => {
  otherProcess('rabbitmq', rabbitmqStage)
  overload('rabbitmq', rabbitmqStage)
  killedSupervisor('rabbitmq', rabbitmqStage)
})
