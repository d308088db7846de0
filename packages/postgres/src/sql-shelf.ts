import { readFileSync } from 'node:fs'

/** Statements of `sql/`, whose tops say what they promise. */
export type StatementName =
  | 'beat'
  | 'claim'
  | 'claimed'
  | 'dead'
  | 'due'
  | 'enqueue'
  | 'enqueue-tickets'
  | 'extend'
  | 'forget'
  | 'found'
  | 'leave'
  | 'list'
  | 'note'
  | 'notify'
  | 'pause'
  | 'paused'
  | 'peek'
  | 'read'
  | 'read-job'
  | 'reread'
  | 'resume'
  | 'return-ticket'
  | 'revive-tickets'
  | 'server'
  | 'set-aside'
  | 'sighting'
  | 'silence'
  | 'snapshot'
  | 'trim'
  | 'workers'
  | 'write'
  | 'write-ticket'

/** The server's clock in ms since 1970. Not `now()`, which stands still within a transaction. */
const NOW = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint'

/** The name of pg-boss's queue for the queue of a row: `bossQueueOf`, in SQL. */
const BOSS_QUEUE = `replace(replace(queue, '_', '__'), ':', '_.')`

/** Fills in the names of the schemas. n.b. they are checked to need no quotes. */
export function withSchemas(text: string, schema: string): string {
  return text
    .replaceAll('{schema}', schema)
    .replaceAll('{boss}', bossSchemaOf(schema))
    .replaceAll('{now}', NOW)
    .replaceAll('{boss_queue}', BOSS_QUEUE)
}

/** Where pg-boss keeps its tables. */
export function bossSchemaOf(schema: string): string {
  return `${schema}_boss`
}

/** The statements, for one schema. Each file is read once. */
export class SqlShelf {
  readonly #schema: string
  readonly #texts = new Map<string, string>()

  constructor(schema: string) {
    this.#schema = schema
  }

  /** `parts` fill in the places that are named in braces. */
  text(name: StatementName, parts: { readonly [place: string]: string } = {}): string {
    let text = this.#texts.get(name) ?? this.#read(name)
    for (const [place, part] of Object.entries(parts)) text = text.replace(`{${place}}`, () => part)
    return text
  }

  #read(name: StatementName): string {
    const file = readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8')
    // Comments are for readers; without them the server has less to read.
    const text = withSchemas(file.replaceAll(/^--.*\n/gm, '').trim(), this.#schema)
    this.#texts.set(name, text)
    return text
  }
}
