import { checkChoice, InvalidOptionError, parseBytes, parseDuration } from '@hotline/core'

/** The options that were given to a command, each read as what it is meant to be. */
export class Given {
  readonly #values: Readonly<Record<string, string | boolean | undefined>>

  constructor(values: Readonly<Record<string, string | boolean | undefined>>) {
    this.#values = values
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    if (value === '') {
      throw new InvalidOptionError({ option: name, problem: `--${name} is empty.`, cure: 'Give it a value.' })
    }
    return typeof value === 'string' ? value : undefined
  }

  /** `a,b, c` as a list. */
  list(name: string): readonly string[] | undefined {
    const items = this.text(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
    return items?.length === 0 ? undefined : items
  }

  /** A whole number of 1 or more. */
  count(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
    const problem = `--${name} is "${text.slice(0, 60)}".`
    throw new InvalidOptionError({ option: name, problem, cure: 'Give a whole number of 1 or more.' })
  }

  /** A time such as `30s`, in ms. A bare number is ms, too. */
  duration(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    return parseDuration(/^\d+$/.test(text) ? Number(text) : text, `--${name}`)
  }

  /** A size such as `100mb` or `1 GiB`, in bytes, whatever the case of its letters. A bare number is bytes, too. */
  bytes(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const [, amount, prefix = '', binary = ''] = /^(\d+(?:\.\d+)?) ?([kmg]?)(i?)b?$/i.exec(text) ?? []
    if (amount === undefined) return parseBytes(text, `--${name}`)
    return parseBytes(`${amount} ${prefix.toUpperCase()}${binary.toLowerCase()}B`, `--${name}`)
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name)
    const found = choices.find((choice) => choice === text)
    if (text !== undefined && found === undefined) checkChoice<string>(name, text, choices)
    return found
  }
}
