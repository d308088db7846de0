/** Who stores jobs that do nothing and runs them in this process: hotline on some backend, or a peer. */
export interface Contender {
  /** One job, with a number that its handler is told. */
  add(data: number): Promise<unknown>
  /** So many jobs by the fastest call there is. */
  addMany(count: number): Promise<void>
  /** Resolves when so many at once are run from now on. */
  work(concurrency: number, onRun: (data: number) => void): Promise<void>
  /** Resolves when so many more jobs are at their end, as the contender itself tells. */
  done(count: number): Promise<void>
  /** Ends what `work` began. */
  rest(): Promise<void>
  /** Leaves nothing behind. */
  stop(): Promise<void>
}

/** Jobs per second, from the first job that is run to the last that is done. They are stored when the clock starts. */
export async function drained(side: Contender, jobs: number, width: number): Promise<number> {
  await side.addMany(jobs)
  let first = 0
  let ran = 0
  const onRun = () => {
    if (ran++ === 0) first = performance.now()
  }
  const last = side.done(jobs)
  await side.work(width, onRun)
  await last
  const ms = performance.now() - first
  await side.rest()
  return (jobs / ms) * 1000
}

/** Jobs per second of one call that stores them. */
export async function storedPerSecond(jobs: number, store: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await store()
  return (jobs / (performance.now() - began)) * 1000
}

/** A batch comes in and as many go out, so that what waits stays as much. In µs per job. */
export async function costPerJob(side: Contender, batch: number, width: number): Promise<number> {
  const done = side.done(batch)
  const began = performance.now()
  await side.addMany(batch)
  await side.work(width, () => {})
  await done
  const ms = performance.now() - began
  await side.rest()
  return (ms / batch) * 1000
}

/** So many jobs that wait. */
export async function fillQueued(side: Contender, count: number, batch: number): Promise<void> {
  for (let left = count; left > 0; left -= batch) await side.addMany(Math.min(left, batch))
}

/** So many jobs that are at their end. */
export async function fillFinished(
  side: Contender,
  count: number,
  batch: number,
  width: number,
): Promise<void> {
  await side.work(width, () => {})
  for (let left = count; left > 0; left -= batch) {
    const done = side.done(batch)
    await side.addMany(batch)
    await done
  }
  await side.rest()
}
