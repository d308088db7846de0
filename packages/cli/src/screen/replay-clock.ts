/** The time within a recording: begins where it is set, and runs `speed` times as fast as that of the day. */
export class ReplayClock {
  readonly #speed: number
  #base = 0
  #startedAt: number | undefined

  constructor(speed: number) {
    this.#speed = speed
  }

  /** In ms since 1970. */
  now(): number {
    if (this.#startedAt === undefined) return this.#base
    return this.#base + (performance.now() - this.#startedAt) * this.#speed
  }

  get isRunning(): boolean {
    return this.#startedAt !== undefined
  }

  run(): void {
    this.#startedAt ??= performance.now()
  }

  stop(): void {
    this.set(this.now())
    this.#startedAt = undefined
  }

  set(at: number): void {
    this.#base = at
    if (this.#startedAt !== undefined) this.#startedAt = performance.now()
  }

  /** How long until `at`, in ms of the day. */
  until(at: number): number {
    return (at - this.now()) / this.#speed
  }
}
