/** What crosses the queue, checked at both ends: encoded where it is given, parsed where it is taken. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ValidationIssue } from '../error.ts'
import { ValidationError } from '../error.ts'
import { decodeJson, encodeJson } from '../job/json.ts'
import type { Task, TaskTypes } from './task.ts'

/** Which payload of a task, and how an error names it. */
export type PayloadPart = 'input' | 'output' | 'progress'

const CODES = { input: 'INVALID_INPUT', output: 'INVALID_OUTPUT', progress: 'INVALID_PROGRESS' } as const

/** Most issues of a schema that one error lists. */
const ISSUES_SHOWN = 20

/**
 * Checks a payload against its schema, and encodes the value as it was given: the taker's schema transforms it.
 * A handler that returns nothing has the output `null`.
 * @throws ValidationError, SerializationError, PayloadTooLargeError
 */
export async function encodePayload(
  task: Task,
  part: PayloadPart,
  value: unknown,
  maxBytes: number,
): Promise<string> {
  await validate(task, part, value)
  const stored = value === undefined && part === 'output' ? null : value
  return encodeJson(stored, { what: `the ${part} of task "${task.name}"`, maxBytes })
}

/** Decodes a payload and hands out what its schema makes of it. @throws ValidationError, SerializationError, PayloadTooLargeError */
export async function parsePayload<T extends TaskTypes>(
  task: Task<T>,
  part: 'input',
  text: string,
  maxBytes: number,
): Promise<T['parsedInput']>
export async function parsePayload<T extends TaskTypes>(
  task: Task<T>,
  part: 'output',
  text: string,
  maxBytes: number,
): Promise<T['output']>
export async function parsePayload(
  task: Task,
  part: PayloadPart,
  text: string,
  maxBytes: number,
): Promise<unknown> {
  const value = decodeJson(text, { what: `the ${part} of task "${task.name}"`, maxBytes })
  return validate(task, part, value)
}

/** What the schema of one payload makes of a value; the value itself where there is no schema. @throws ValidationError */
export async function validate(task: Task, part: PayloadPart, value: unknown): Promise<unknown> {
  const schema = task.schemas[part]
  if (schema === undefined) return value
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  throw new ValidationError(CODES[part], {
    task: task.name,
    issues: result.issues.slice(0, ISSUES_SHOWN).map(issueOf),
  })
}

function issueOf(issue: StandardSchemaV1.Issue): ValidationIssue {
  const keys = (issue.path ?? []).map((item) => (typeof item === 'object' ? item.key : item))
  const path = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return { path: `$${path}`, message: issue.message }
}
