/** A UUIDv7 in lower case: the time of its making and 62 random bits. Ids of one process sort as they were made. */
export type JobId = string

/** Options of {@link createJobIdFactory}. */
export interface JobIdOptions {
  /** Wall clock in ms since 1970. Default `Date.now`. */
  readonly now?: () => number
}

/** Layout of RFC 9562, section 5.7: 48 bits of ms, then `rand_a` of 12 bits, here a counter (section 6.2, method 1). */
const MAX_MS = 2 ** 48 - 1
const MAX_COUNT = 2 ** 12 - 1

const JOB_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * Makes a maker of job ids, each greater than the one before it, as texts and in time.
 *
 * Two numbers hold the order: the last ms, and the count of ids within it. A reading of the clock above the last ms
 * starts a new count. Any other (the same ms, a clock set back, NaN) counts on; a count that is full borrows the next
 * ms. So ids may run ahead of the clock, by 1 ms per 4096 ids made within one, and never go back.
 */
export function createJobIdFactory({ now = Date.now }: JobIdOptions = {}): () => JobId {
  const random = createRandomTail()
  let last = 0
  let count = -1
  let head = ''
  return () => {
    const ms = Math.floor(now())
    const fresh = ms > last && ms <= MAX_MS
    if (fresh || count === MAX_COUNT) {
      last = fresh ? ms : last + 1
      count = 0
      head = ''
    } else {
      count += 1
    }
    if (head === '') head = headOf(last)
    return head + hex(count, 3) + random()
  }
}

/** Makes a job id by the system's clock. */
export const createJobId: () => JobId = createJobIdFactory()

/** When an id was made, in ms since 1970 by its maker's clock; NaN for a text that is no job id. */
export function jobIdTime(id: JobId): number {
  return isJobId(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : Number.NaN
}

/** Whether a value has the form of a job id. Says nothing of whether such a job exists. */
export function isJobId(value: unknown): boolean {
  return typeof value === 'string' && value.length === 36 && JOB_ID.test(value)
}

function headOf(ms: number): string {
  const digits = hex(ms, 12)
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/** The last two groups of an id with their hyphens: the variant, and 62 random bits from a pool for many ids. */
function createRandomTail(): () => string {
  const pool = new Uint16Array(2048)
  let next = pool.length
  const take = () => pool[next++] ?? 0
  return () => {
    if (next === pool.length) {
      crypto.getRandomValues(pool)
      next = 0
    }
    return `-${hex16(0x8000 | (take() & 0x3fff))}-${hex16(take())}${hex16(take())}${hex16(take())}`
  }
}

const HEX_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => hex(byte, 2))

function hex16(value: number): string {
  return `${HEX_BYTES[value >> 8]}${HEX_BYTES[value & 0xff]}`
}
