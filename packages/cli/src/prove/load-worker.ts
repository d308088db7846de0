/** A worker of the load, as a process of its own. */
import { createWorker } from '@hotline/worker'
import { playPart, workUntilDismissed } from '../part/play-part.ts'
import { loadWorkerSettings } from './proving-ground.ts'

export interface LoadOrder {
  readonly concurrency: number
}

playPart(async ({ concurrency }: LoadOrder, call) => {
  await workUntilDismissed(createWorker(loadWorkerSettings(call.transport, concurrency)), call)
})
