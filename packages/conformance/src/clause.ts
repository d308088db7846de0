import type { Wanted } from './backend.ts'
import type { Scene } from './scene.ts'

/** One numbered promise of the port, and how it is put to the test. It rejects when the promise is broken. */
export interface Clause {
  /** Begins with the number, which stays the same for ever. */
  readonly title: string
  readonly prove: (scene: Scene) => Promise<void>
  /** Where the usual numbers would make the proof too long. */
  readonly wanted?: Partial<Wanted>
}
