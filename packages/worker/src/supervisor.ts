/** What runs the jobs of a worker: in this event loop ({@link LocalSupervisor}), or in a thread of its own. */
export interface Supervisor {
  /** Most jobs at once. `undefined` until the handlers are loaded. */
  readonly limit: number | undefined
  /** Jobs that run in its slots. */
  readonly running: number
  /** Jobs whose lease it holds. */
  readonly held: number
  /** Once. One that fails leaves nothing behind. @throws HandlersError, TransportError */
  start(): Promise<void>
  /** Once, after a start that succeeded. */
  stop(graceMs: number): Promise<void>
  /** Ends the grace of a stop that is under way. */
  hurry(): void
}

/** What a supervisor tells whoever runs it. */
export interface SupervisorWatcher {
  /** A message on the control bus asks this worker to stop. */
  onDrain(): void
  /** A line that a handler wrote to stdout or stderr. */
  onLine(line: string, stream: 'stdout' | 'stderr', pid: number): void
}
