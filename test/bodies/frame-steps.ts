const STEPS = 100

/** How frames are written to one backend. */
export interface FrameWriter<Frame> {
  readonly frames: readonly Frame[]
  /** Rejects for a frame that the backend refuses by itself; that is all it comes to. */
  readonly write: (frame: Frame) => Promise<unknown>
  readonly end: () => Promise<void> | void
}

/** Writes all frames, some at each step, so that they come between the jobs of a test. */
export function frameSteps<Frame>({
  frames,
  write,
  end,
}: FrameWriter<Frame>): AsyncGenerator<void> & AsyncDisposable {
  const size = Math.ceil(frames.length / STEPS)
  const walk = async function* () {
    for (let first = 0; first < frames.length; first += size) {
      await Promise.allSettled(frames.slice(first, first + size).map(write))
      yield
    }
  }
  const steps = walk()
  return Object.assign(steps, {
    async [Symbol.asyncDispose]() {
      await steps.return()
      await end()
    },
  })
}
