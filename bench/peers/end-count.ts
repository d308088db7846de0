/** Counts the ends of jobs for those who wait for so many. */
export class EndCount {
  readonly #waiting = new Set<() => void>()

  /** A job has ended. */
  add(): void {
    for (const onEnd of [...this.#waiting]) onEnd()
  }

  /** Resolves when so many more jobs have ended. */
  reach(count: number): Promise<void> {
    let left = count
    return new Promise((resolve) => {
      const onEnd = () => {
        if (--left > 0) return
        this.#waiting.delete(onEnd)
        resolve()
      }
      this.#waiting.add(onEnd)
    })
  }
}
