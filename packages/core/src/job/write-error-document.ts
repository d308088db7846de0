import { ByteBudget } from './byte-budget.ts'
import type { ErrorDocument } from './error-document.ts'
import type { ErrorFacts } from './error-facts.ts'
import type { JsonValue } from './json.ts'
import { plainEntries } from './plain-value.ts'
import { isObject } from './safe-read.ts'

/** Bounds of one document, in bytes of JSON. They leave room for an event of 256 KiB that carries some of them. */
const DOCUMENT_BYTES = 64 * 1024
const TEXT_BYTES = 8 * 1024
const LABEL_BYTES = 256
const MOST_CAUSES = 5

/** Names of fields and punctuation of one error, and the least room that one is begun with. */
const FRAME_BYTES = 128
const LEAST_ROOM = 1024

/** Writes the bounded document of an error, its causes and its errors, each read by `read`, which must not throw. */
export function writeErrorDocument(root: unknown, read: (value: unknown) => ErrorFacts): ErrorDocument {
  return writeOne({ read, budget: new ByteBudget(DOCUMENT_BYTES) }, root, [])
}

interface Writing {
  readonly read: (value: unknown) => ErrorFacts
  readonly budget: ByteBudget
}

function writeOne(writing: Writing, value: unknown, above: readonly unknown[]): ErrorDocument {
  const { budget } = writing
  const facts = writing.read(value)
  const cutsBefore = budget.cuts
  budget.spend(FRAME_BYTES)
  const name = budget.take(facts.name, LABEL_BYTES)
  const message = budget.take(facts.message, TEXT_BYTES)
  const stack = budget.take(facts.stack ?? '', TEXT_BYTES)
  const code = budget.take(facts.code ?? '', LABEL_BYTES)
  const props = propsOf(facts, budget)
  const path = [...above, value]
  const cause = facts.cause === undefined ? undefined : writeBelow(writing, facts.cause, path)
  const errors = facts.errors
    .map((error) => writeBelow(writing, error, path))
    .filter((error) => error !== undefined)
  return {
    name,
    message,
    ...(stack && { stack }),
    ...(code && { code }),
    ...(cause && { cause }),
    ...(errors.length > 0 && { errors }),
    ...(props && { props }),
    ...((facts.isTruncated || budget.cuts > cutsBefore) && { truncated: true }),
  }
}

function propsOf(
  { holder, except }: ErrorFacts,
  budget: ByteBudget,
): { readonly [key: string]: JsonValue } | undefined {
  if (!isObject(holder)) return undefined
  const props = plainEntries(holder, budget, except)
  return Object.keys(props).length > 0 ? props : undefined
}

/** An error below another one, unless it lies too deep, is one of those above it, or finds no room. */
function writeBelow(writing: Writing, value: unknown, above: readonly unknown[]): ErrorDocument | undefined {
  const { budget } = writing
  if (above.length > MOST_CAUSES || budget.left < LEAST_ROOM) {
    budget.cut()
    return undefined
  }
  if (!isObject(value) || !above.includes(value)) return writeOne(writing, value, above)
  budget.spend(FRAME_BYTES)
  budget.cut()
  const name = budget.take(writing.read(value).name, LABEL_BYTES)
  return { name, message: budget.take(CIRCULAR, LABEL_BYTES), truncated: true }
}

const CIRCULAR = '(circular: this is one of the errors above)'
