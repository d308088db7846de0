import type { JobId } from '../job/job-id.ts'

/**
 * Ids of jobs by age, for lists: newest first, and a page costs the same however many there are. An id tells its age.
 * The newest is added at the end, where nearly all belong. What was removed stays until half of it all is gone.
 */
export class AgeIndex {
  #ids: JobId[] = []
  #removed = new Set<JobId>()
  /** Changes when positions do, and readers have to find theirs again. */
  #edition = 0

  add(id: JobId): void {
    const place = this.#placeOf(id)
    if (place === this.#ids.length) this.#ids.push(id)
    else {
      this.#ids.splice(place, 0, id)
      this.#edition += 1
    }
  }

  remove(id: JobId): void {
    this.#removed.add(id)
    if (this.#removed.size * 2 <= this.#ids.length) return
    this.#ids = this.#ids.filter((one) => !this.#removed.has(one))
    this.#removed = new Set()
    this.#edition += 1
  }

  /** May be read while ids come and go: each that is there all the while is seen once. */
  *newestFirst(): Generator<JobId> {
    let edition = this.#edition
    let place = this.#ids.length - 1
    for (let id = this.#ids[place]; id !== undefined; id = this.#ids[place]) {
      if (!this.#removed.has(id)) yield id
      if (edition !== this.#edition) {
        edition = this.#edition
        place = this.#placeOf(id)
      }
      place -= 1
    }
  }

  /** Of the first id that is as old or younger. */
  #placeOf(id: JobId): number {
    let low = 0
    let high = this.#ids.length
    const last = this.#ids[high - 1]
    if (last === undefined || last < id) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ids[middle] ?? id) < id) low = middle + 1
      else high = middle
    }
    return low
  }
}
