/**
 * What the broker's clock shows. RabbitMQ tells the time in one place only: a message that is dead-lettered carries the
 * second in which that happened (`x-death[].time`). Each such message bounds the clock from both sides:
 *
 *   shown <= clock when it came back      and      clock when it was sent < shown + 1 s
 *
 * Readings are intersected, and within what is left the wall clock of this machine is believed. So machines whose
 * clocks are kept by NTP agree to the ms, and one whose clock is wrong is off by less than a second.
 */
export class BrokerClock {
  #low = Number.NEGATIVE_INFINITY
  #high = Number.POSITIVE_INFINITY
  #offset = Date.now() - performance.now()

  /** The broker showed this second some time between two moments of `performance.now()`. */
  read(shownSeconds: number, sentAt: number, receivedAt: number): void {
    const low = shownSeconds * 1000 - receivedAt
    const high = (shownSeconds + 1) * 1000 - sentAt
    const fits = low <= this.#high && high >= this.#low
    // What contradicts the readings before means that a clock was set: they are void.
    this.#low = fits ? Math.max(this.#low, low) : low
    this.#high = fits ? Math.min(this.#high, high) : high
    const wall = Date.now() - performance.now()
    this.#offset = Math.min(Math.max(wall, this.#low), this.#high)
  }

  /** In ms since 1970. */
  get now(): number {
    return Math.round(performance.now() + this.#offset)
  }
}
