import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Implementation } from '@hotline/core'
import { describeError, HandlersError } from '@hotline/core'
import type { TaskFacts } from './message.ts'

/** The handlers of a worker, by the name of their task. */
export type Handlers = ReadonlyMap<string, Implementation>

const EXAMPLE = 'Write `export default [implement(task, handler), …]`.'

/** Where a handlers module is, as the address of a file. A relative path counts from the working directory. */
export function moduleAddress(given: URL | string): string {
  const text = given instanceof URL ? given.href : given
  return text.startsWith('file:') ? text : pathToFileURL(path.resolve(text)).href
}

/** How errors name a module: by its path, from the working directory where it is below that. */
export function moduleName(address: string): string {
  if (!address.startsWith('file:')) return address
  const file = fileURLToPath(address)
  const relative = path.relative(process.cwd(), file)
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative
}

/** What is wrong with handlers; whoever knows the module makes a HandlersError of it. */
export interface HandlersFlaw {
  readonly problem: string
  readonly cure: string
  readonly cause?: unknown
}

export type HandlersFinding = { readonly handlers: Handlers } | { readonly flaw: HandlersFlaw }

/** Imports a handlers module and checks what it exports. Never rejects. */
export async function importHandlers(address: string): Promise<HandlersFinding> {
  try {
    const exported: { readonly default?: unknown } = await import(address)
    return checkHandlers(exported.default)
  } catch (cause) {
    const problem = `it does not load (${brief(cause)})`
    return { flaw: { problem, cure: 'Mend what the cause says; its stack tells where.', cause } }
  }
}

/** Makes a table of an array of implementations. */
export function checkHandlers(list: unknown): HandlersFinding {
  if (list === undefined) return { flaw: { problem: 'there is no default export', cure: EXAMPLE } }
  if (!Array.isArray(list)) return { flaw: { problem: 'they are not an array', cure: EXAMPLE } }
  if (list.length === 0) return { flaw: { problem: 'the array is empty', cure: EXAMPLE } }
  const handlers = new Map<string, Implementation>()
  for (const [index, element] of list.entries()) {
    if (!isImplementation(element))
      return { flaw: { problem: `element ${index} is no implementation`, cure: EXAMPLE } }
    const { name } = element.task
    if (handlers.has(name))
      return { flaw: { problem: `task "${name}" has two handlers`, cure: 'Leave one.' } }
    handlers.set(name, element)
  }
  return { handlers }
}

/** What a supervisor needs to know of the tasks. */
export function taskFacts(handlers: Handlers): TaskFacts[] {
  return [...handlers.values()].map(({ task: { name, queue, limits } }) => {
    return { name, queue, memoryBytes: limits.memoryBytes }
  })
}

/** Refuses handlers that lack one of the tasks that the worker must be able to run. @throws HandlersError */
export function requireTasks(required: readonly string[], tasks: readonly TaskFacts[], module: string): void {
  const lacking = required.filter((name) => !tasks.some((task) => task.name === name))
  if (lacking.length === 0) return
  const list = lacking.map((name) => `"${name}"`).join(', ')
  const word = lacking.length === 1 ? 'task' : 'tasks'
  const cure =
    'Add `implement(task, handler)` for each to the array, or take it off the `tasks` of the worker.'
  throw new HandlersError({ module, problem: `there is no handler for ${word} ${list}`, cure })
}

function isImplementation(value: unknown): value is Implementation {
  if (typeof value !== 'object' || value === null || !('run' in value) || !('task' in value)) return false
  const { run, task } = value
  if (typeof run !== 'function' || typeof task !== 'object' || task === null) return false
  return 'name' in task && typeof task.name === 'string' && 'schemas' in task && 'limits' in task
}

/** n.b. a module may throw anything, and that may throw when it is looked at. */
function brief(cause: unknown): string {
  const { name, message } = describeError(cause)
  return `${name}: ${message.split('\n')[0]}`
}
