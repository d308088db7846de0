import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A script of `lua/`, whose top says what it promises. */
export interface Script {
  readonly name: string
  readonly text: string
  readonly sha: string
}

/** Scripts that a server out of memory runs all the same: what is under way may end, and ends by freeing memory. */
const ALWAYS = [
  'claim',
  'extend',
  'write',
  'note',
  'switch',
  'beat',
  'sweep',
  'set-aside',
  'mend',
  'untick',
  'withdraw',
] as const
/** Scripts that a server out of memory refuses, or that write nothing. */
const ROOMY = ['enqueue', 'sighting', 'read', 'past'] as const

/** What comes between the opening and a script. */
const PARTS: { readonly [name: string]: readonly string[] } = {
  claim: ['grant'],
  write: ['grant'],
  withdraw: ['grant'],
}

/** How a script gets past a server that is out of memory. */
interface Door {
  readonly flags: string
  readonly part: readonly string[]
}

export type ScriptName = (typeof ALWAYS)[number] | (typeof ROOMY)[number]

/** All scripts, as one server takes them. */
export class ScriptShelf {
  readonly #scripts: ReadonlyMap<ScriptName, Script>

  /** @param hasFlags Redis 7 and later. Without flags, `first-write.lua` opens the door of a full server. */
  constructor(hasFlags: boolean) {
    const always: Door = hasFlags
      ? { flags: '#!lua flags=allow-oom\n', part: [] }
      : { flags: '', part: ['first-write'] }
    this.#scripts = new Map([
      ...ALWAYS.map((name) => [name, load(name, always)] as const),
      ...ROOMY.map((name) => [name, load(name, { flags: '', part: [] })] as const),
    ])
  }

  get(name: ScriptName): Script {
    const script = this.#scripts.get(name)
    if (script === undefined) throw new Error(`There is no script ${name}.`)
    return script
  }
}

function load(name: ScriptName, { flags, part }: Door): Script {
  const text = flags + ['opening', ...part, ...(PARTS[name] ?? []), name].map(read).join('')
  return { name, text, sha: createHash('sha1').update(text).digest('hex') }
}

function read(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8')
}
