/** An entry of the log's stream: its position, then names and values. */
export type StreamEntry = readonly [position: string, fields: readonly string[]]

/** Those of an answer that look like entries. */
export function entriesIn(answer: unknown): readonly StreamEntry[] {
  if (!Array.isArray(answer)) return []
  return answer.filter((entry): entry is StreamEntry => Array.isArray(entry) && typeof entry[0] === 'string')
}

/** Whether one position of the stream comes before another. */
export function isBefore(one: string, other: string): boolean {
  const [oneMs = 0, oneNumber = 0] = one.split('-').map(Number)
  const [otherMs = 0, otherNumber = 0] = other.split('-').map(Number)
  return oneMs < otherMs || (oneMs === otherMs && oneNumber < otherNumber)
}

/** When the entry at a position was appended, in ms by the server's clock. */
export function timeOf(position: string): number {
  return Number(position.split('-')[0])
}
