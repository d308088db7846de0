import { AsyncLocalStorage, createHook } from 'node:async_hooks'

/** Kinds of resource that keep a process alive while they are open. */
const KEEPS_ALIVE = /^(Timeout|Immediate|TCP|PIPE|UDP|PROCESS|WORKER|MESSAGEPORT|FSEVENT|STATWATCHER)/i

interface Resource {
  readonly kind: string
  readonly handle: { hasRef?: () => boolean }
}

/** What a body left open. `stop` ends the watch, which costs the whole process time. */
export interface ResourceWatch {
  /** Kinds of what is open now and would keep a process alive. */
  left(): readonly string[]
  stop(): void
}

/**
 * Runs the body, and watches the timers, sockets and the like that it, or what it set going, makes and ends. The test
 * runner's own are not among them.
 */
export async function watchResources(body: () => Promise<void>): Promise<ResourceWatch> {
  const context = new AsyncLocalStorage<true>()
  const open = new Map<number, Resource>()
  const hook = createHook({
    init: (id, kind, _trigger, handle) => {
      if (context.getStore() === true && KEEPS_ALIVE.test(kind)) open.set(id, { kind, handle })
    },
    destroy: (id) => open.delete(id),
  }).enable()
  const left = () =>
    [...open.values()].filter(({ handle }) => handle.hasRef?.() !== false).map(({ kind }) => kind)
  const stop = () => {
    hook.disable()
  }
  try {
    await context.run(true, body)
    return { left, stop }
  } catch (error) {
    stop()
    throw error
  }
}
