import { connect } from 'amqplib'
import { frameSteps } from '../bodies/frame-steps.ts'
import type { Pollute } from '../bodies/hostile-frames.ts'
import { hostileFramesBody } from '../bodies/hostile-frames.ts'
import type { Frame } from './hostile-frames.ts'
import { hostileFrames } from './hostile-frames.ts'
import { describeRabbitMQ, RABBITMQ_URL, rabbitmqStage } from './rabbitmq-stage.ts'

const pollute: Pollute = (description, victims, count) => {
  const { namespace } = { namespace: '', ...Object(description.options) }
  const connected = connect(RABBITMQ_URL)
  const channel = connected.then((model) => model.createConfirmChannel())
  return frameSteps({
    frames: hostileFrames(victims, count),
    write: async ({ routingKey, content }: Frame) => {
      const open = await channel
      await new Promise((resolve) => {
        open.publish(`hotline.${namespace}.v1`, routingKey, content, {}, resolve)
      })
    },
    end: async () => (await connected).close(),
  })
}

describeRabbitMQ(() => hostileFramesBody('rabbitmq', rabbitmqStage, pollute))
