export { FakeClock } from './fake-clock.ts'
export type { HandlerRun, RunHandlerOptions } from './run-handler.ts'
export { runHandler } from './run-handler.ts'
