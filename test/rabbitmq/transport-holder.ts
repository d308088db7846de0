import { rabbitmq } from '@hotline/rabbitmq'

export default rabbitmq
