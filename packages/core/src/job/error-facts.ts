/** Most errors of an AggregateError that are read. */
export const MOST_ERRORS = 10

/** What is to be written of one error, read and not yet checked. */
export interface ErrorFacts {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
  /** Anything, since anything can be thrown; undefined for none. */
  readonly cause: unknown
  /** Of an AggregateError; empty for any other. */
  readonly errors: readonly unknown[]
  /** Whose enumerable properties come along, but for `except`. */
  readonly holder: unknown
  readonly except: readonly string[]
  readonly isTruncated: boolean
}
