/** What an error of PostgreSQL, or of the way to it, asks for. */
export type Trouble = 'passing' | 'exhausted' | 'missing' | 'full' | 'forbidden' | 'other'

/**
 * Of servers that are there, and will answer better in a moment, or elsewhere; of two that waited for each other; and of a
 * prepared statement that another connection has, or that was prepared for tables that were made anew since.
 */
const PASSING = /^(08...|57P0[1-5]|57014|25006|40001|40P01|55P03|26000|42P05|0A000)$/
/** Too many connections. */
const EXHAUSTED = /^(53300|08P01)$/
/** The tables are not there. */
const MISSING = /^(42P01|3F000|42883|42704|42703)$/
/** Disk or memory is full. */
const FULL = /^53[124]00$/
const FORBIDDEN = /^(42501|28...|3D000|0LP01)$/
/** What drivers say of a connection, not the server of a statement. */
const DISCONNECTED =
  /terminated|timeout|timed out|closed|ended|not queryable|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|socket/i
/** What a pool says when nobody gave a connection back in time. */
const WAITED = /timeout exceeded when trying to connect/i

export function troubleOf(error: unknown): Trouble {
  const state = stateOf(error)
  if (state !== undefined && /^[0-9A-Z]{5}$/.test(state)) return troubleOfState(state, error)
  const text = error instanceof Error ? `${error.message} ${causesOf(error)}` : String(error)
  if (WAITED.test(text)) return 'exhausted'
  return DISCONNECTED.test(`${state ?? ''} ${text}`) ? 'passing' : 'other'
}

function troubleOfState(state: string, error: unknown): Trouble {
  if (state === '08P01') return DISCONNECTED.test(String(error)) ? 'passing' : 'other'
  if (EXHAUSTED.test(state)) return 'exhausted'
  if (PASSING.test(state)) return 'passing'
  if (MISSING.test(state)) return 'missing'
  if (FULL.test(state)) return 'full'
  return FORBIDDEN.test(state) ? 'forbidden' : 'other'
}

/** The SQLSTATE, or the code of the system, such as ECONNREFUSED. */
export function stateOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Several addresses of one name fail together. */
function causesOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(String).join(' ') : ''
}
