import type { Priority } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { JobRecord } from '../job/record.ts'
import { Fifo } from './fifo.ts'

/** Tells whether the ticket still stands: its job still waits. */
type IsDue = (ticket: Ticket) => boolean

/** A place in the line. A job has one while it waits and is due: it leaves the line when it starts. */
interface Ticket {
  readonly id: JobId
  readonly arrival: number
}

const PRIORITIES = ['high', 'normal', 'low'] as const satisfies readonly Priority[]

/** The due tickets of one queue: three lines, first in first out. Tickets of jobs that went elsewhere fall out lazily. */
export class ReadyQueue {
  readonly #lines: Readonly<Record<Priority, Fifo<Ticket>>> = {
    high: new Fifo(),
    normal: new Fifo(),
    low: new Fifo(),
  }

  /** `arrival` counts the tickets of all queues. */
  push({ id, priority }: JobRecord, arrival: number): void {
    this.#lines[priority].push({ id, arrival })
  }

  /** The first ticket of a priority that still stands. */
  peek(priority: Priority, isDue: IsDue): Ticket | undefined {
    const line = this.#lines[priority]
    let ticket = line.peek()
    while (ticket !== undefined && !isDue(ticket)) {
      line.shift()
      ticket = line.peek()
    }
    return ticket
  }

  shift(priority: Priority): void {
    this.#lines[priority].shift()
  }
}

/** The queue whose next ticket is first: the highest priority before all, then who came due first. */
export function firstOf(queues: readonly ReadyQueue[], isDue: IsDue): Ticket | undefined {
  for (const priority of PRIORITIES) {
    let first: { queue: ReadyQueue; ticket: Ticket } | undefined
    for (const queue of queues) {
      const ticket = queue.peek(priority, isDue)
      if (ticket !== undefined && (first === undefined || ticket.arrival < first.ticket.arrival))
        first = { queue, ticket }
    }
    if (first !== undefined) {
      first.queue.shift(priority)
      return first.ticket
    }
  }
  return undefined
}
