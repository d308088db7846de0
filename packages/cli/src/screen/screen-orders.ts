import { type Client, explanationText, type JobId } from '@hotline/core'
import { receiptText } from '../render/receipt.ts'
import { shortId } from '../render/short-id.ts'
import type { PanelAnswer } from './panel-lines.ts'
import type { Notice, Order } from './screen-state.ts'

type Deed = Exclude<Order, { type: 'look' | 'record' | 'quit' }>
type Look = Extract<Order, { type: 'look' }>

/** Carries out what the keys ask of the backend. */
export interface ScreenOrders {
  /** Resolves with what came of it. Never rejects. */
  do(order: Deed): Promise<Notice>
  /** What the panel shows beyond what the screen has. Never rejects. */
  look(order: Look): Promise<PanelAnswer>
}

/** Orders to the backend of a client. */
export function ordersTo(client: Client): ScreenOrders {
  return {
    do: (order) => deed(client, order).catch((error: unknown) => ({ text: messageOf(error), tone: 'bad' })),
    look: ({ id, what }) =>
      answer(client, id, what === 'explain').catch((error: unknown) => ({ id, problem: messageOf(error) })),
  }
}

/** Orders to a recording, which has nothing to obey them with. */
export const NO_ORDERS: ScreenOrders = {
  do: async () => ({ text: 'This is a recording; there is nothing to act upon.', tone: 'warning' }),
  look: async ({ id, what }) => ({
    id,
    problem:
      what === 'explain' ? `A recording does not explain. Ask the backend: hotline explain ${id}` : undefined,
    explanation: [],
  }),
}

async function deed(client: Client, order: Deed): Promise<Notice> {
  if (order.type === 'cancel') return cancelled(client, order.id)
  if (order.type === 'pause') {
    await client.pause(order.queue)
    return { text: `Queue ${order.queue} is paused; what runs goes on. p lets it go on.`, tone: 'warning' }
  }
  await client.resume(order.queue)
  return { text: `Queue ${order.queue} goes on.`, tone: 'good' }
}

async function cancelled(client: Client, id: JobId): Promise<Notice> {
  const job = await client.handle(id)
  const receipt = await job.cancel({ reason: 'cancelled on the screen' })
  const how = receiptText({ ...receipt, reason: undefined })
  return { text: `Job ${shortId(id)} is ${receipt.state}: it ${how}.`, tone: 'good' }
}

async function answer(client: Client, id: string, isExplained: boolean): Promise<PanelAnswer> {
  if (isExplained) return { id, explanation: explanationText(await client.explain(id)) }
  return { id, record: (await client.handle(id)).record }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
