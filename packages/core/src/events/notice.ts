/** Why a child process was replaced. */
export type RecycleReason = 'jobs' | 'rss' | 'crash' | 'timeout' | 'cancel' | 'memory' | 'lease'

/** What each type of notice says: facts about workers and queues that belong to no single job. */
export interface NoticeBodies {
  'worker.online': {
    readonly worker: string
    readonly host: string
    readonly pid: number
    readonly isolation: 'process' | 'inline'
    readonly queues: readonly string[]
    readonly tasks: readonly string[]
    /** Jobs it runs at once, and in words how that number came about. */
    readonly limit: number
    readonly arithmetic: string
  }
  'worker.offline': { readonly worker: string; readonly released: number }
  /** Its heartbeats ceased without a goodbye. */
  'worker.lost': { readonly worker: string; readonly lastSeen: number }
  'slot.recycled': {
    readonly worker: string
    readonly slot: number
    readonly reason: RecycleReason
    readonly jobsRun: number
    readonly rssBefore?: number | undefined
    readonly rssAfter?: number | undefined
  }
  'queue.paused': { readonly queue: string }
  'queue.resumed': { readonly queue: string }
}

export type NoticeType = keyof NoticeBodies

/** A notice as the log keeps it. */
export type Notice<T extends NoticeType = NoticeType> = {
  [K in T]: { readonly v: 1; readonly at: number; readonly type: K } & NoticeBodies[K]
}[T]

/** A notice as its author gives it; the log adds `v` and `at`. */
export type ProposedNotice<T extends NoticeType = NoticeType> = {
  [K in T]: { readonly type: K } & NoticeBodies[K]
}[T]
