import { connect } from 'amqplib'

/** The RabbitMQ that the peers of a contest share: `RABBITMQ_URL`, else the one on this machine. @throws Error if it is silent */
export async function needRabbitmq(): Promise<string> {
  const url = process.env.RABBITMQ_URL ?? 'amqp://guest:guest@127.0.0.1:5672'
  try {
    const connection = await connect(url, { timeout: 2000 })
    await connection.close()
    return url
  } catch (cause) {
    throw new Error('No RabbitMQ is reachable. Start one at localhost:5672, or set RABBITMQ_URL.', { cause })
  }
}
