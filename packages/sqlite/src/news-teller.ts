import type { WakeBoard } from '@hotline/core'
import type { DatabaseFile } from './database-file.ts'
import type { SqliteControl } from './sqlite-control.ts'

/** What a teller works with. */
export interface TellerDesk {
  readonly file: DatabaseFile
  readonly board: WakeBoard
  readonly control: SqliteControl
}

/** Tells those of this process that wait what was committed, by it or by another. */
export class NewsTeller {
  readonly #desk: TellerDesk
  /** The last event that those who wait for one job were told of. */
  #told = 0

  constructor(desk: TellerDesk) {
    this.#desk = desk
  }

  /** This process committed, and knows what. */
  some(news: ReadonlySet<string>): void {
    const { board, control } = this.#desk
    for (const topic of news) board.wake(topic)
    if (news.has('message')) control.hear()
  }

  /** Another process committed something. n.b. those who wait for one job are many, and it is seldom theirs. */
  all(): void {
    const { file, board, control } = this.#desk
    const last = Number(file.get('log-bounds')?.last)
    if (board.hears('job:'))
      for (const { job_id: id } of file.all('changed-jobs', this.#told)) board.wake(`job:${id}`)
    this.#told = last
    board.wake('log')
    board.wake('queue')
    control.hear()
  }
}
