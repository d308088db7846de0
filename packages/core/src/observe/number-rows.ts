const FIRST_ROWS = 1024

/** Rows of so many numbers each, of 8 bytes a number: as objects, a million of them would take ten times that. */
export class NumberRows {
  readonly #columns: number
  #cells: Float64Array
  #rows = 0

  constructor(columns: number) {
    this.#columns = columns
    this.#cells = new Float64Array(FIRST_ROWS * columns)
  }

  /** Adds a row. Returns its number. */
  push(numbers: readonly number[]): number {
    const row = this.#rows
    if (row * this.#columns === this.#cells.length) this.#grow()
    this.#rows += 1
    this.put(row, numbers)
    return row
  }

  put(row: number, numbers: readonly number[]): void {
    this.#cells.set(numbers, row * this.#columns)
  }

  clear(): void {
    this.#rows = 0
  }

  at(row: number, column: number): number {
    return this.#cells[row * this.#columns + column] ?? 0
  }

  /** The numbers of the rows, in the order of what stands in a column; of equals, the earlier first. */
  orderBy(column: number): Uint32Array {
    const rows = Uint32Array.from({ length: this.#rows }, (_, row) => row)
    return rows.sort((a, b) => this.at(a, column) - this.at(b, column) || a - b)
  }

  #grow(): void {
    const larger = new Float64Array(this.#cells.length * 2)
    larger.set(this.#cells)
    this.#cells = larger
  }
}
