/** A row as a driver gives it. n.b. bigint comes as text or as a number, by driver. */
export type Row = { readonly [column: string]: unknown }

/** One statement, with `$1` and so on for its values. Null, texts, numbers and booleans only, so that all drivers agree. */
export interface Query {
  readonly text: string
  /** A function is called when it is this statement's turn: what it says of the time is then not old. */
  readonly values: SqlValues
  /** To be planned once per connection and kept there under this name, where that is possible. */
  readonly name?: string | undefined
}

export type SqlValues = readonly SqlValue[] | (() => readonly SqlValue[])

export type SqlValue = string | number | boolean | null

/** Called when a notification comes, with its payload. */
export type OnNotify = (payload: string) => void

/** A connection that listens. */
export interface Listening {
  /** Rejects when the connection has ended, or does not hear itself any more. */
  readonly ended: Promise<never>
  close(): void
}

/** What the transport needs of PostgreSQL, be it a server or PGlite. Rejects with the driver's errors; tries nothing again. */
export interface Database {
  /** Within this process, so that nobody operates it. */
  readonly isEmbedded: boolean
  /** Runs one statement in a transaction of its own, over whatever connection is free. */
  query(query: Query): Promise<readonly Row[]>
  /** Runs several statements, without values, over one connection. All of them or none, if they begin and commit. */
  script(text: string): Promise<readonly Row[]>
  /** Resolves when listening. Rejects if that is not possible here, as behind PgBouncer in transaction mode. */
  listen(channel: string, onNotify: OnNotify): Promise<Listening>
  /** Sends a notification, over the connection that listens if there is one: others stay free for statements. */
  notify(channel: string, payload: string): Promise<void>
  /** Ends everything at once; what is under way may reject or not settle. */
  close(): Promise<void>
}

export function valuesNow(values: SqlValues): SqlValue[] {
  return [...(typeof values === 'function' ? values() : values)]
}
