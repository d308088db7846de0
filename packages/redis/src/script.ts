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
] as const
/** Scripts that a server out of memory refuses, or that write nothing. */
const ROOMY = ['enqueue', 'sighting', 'read', 'past'] as const

/** What comes before a script, where that is more than the opening. */
const PARTS: { readonly [name: string]: readonly string[] } = {
  claim: ['opening', 'grant'],
  write: ['opening', 'grant'],
}

export type ScriptName = (typeof ALWAYS)[number] | (typeof ROOMY)[number]

/** All scripts, as one server takes them. */
export class ScriptShelf {
  readonly #scripts: ReadonlyMap<ScriptName, Script>

  /** @param hasFlags Redis 7 and later. Without flags, 6.2 lets scripts pass whose first command frees or changes. */
  constructor(hasFlags: boolean) {
    const flags = hasFlags ? '#!lua flags=allow-oom\n' : ''
    this.#scripts = new Map([
      ...ALWAYS.map((name) => [name, load(name, flags)] as const),
      ...ROOMY.map((name) => [name, load(name, '')] as const),
    ])
  }

  get(name: ScriptName): Script {
    const script = this.#scripts.get(name)
    if (script === undefined) throw new Error(`There is no script ${name}.`)
    return script
  }
}

function load(name: ScriptName, head: string): Script {
  const text = head + [...(PARTS[name] ?? ['opening']), name].map(read).join('')
  return { name, text, sha: createHash('sha1').update(text).digest('hex') }
}

function read(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8')
}
