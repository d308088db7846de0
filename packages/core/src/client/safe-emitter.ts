import { EventEmitter } from 'eventemitter3'

type Listener<A extends unknown[]> = (...args: A) => void

/**
 * An emitter whose listeners do not disturb each other: what one throws becomes an uncaught exception of the process,
 * as it would in a listener of Node's own, and the others hear the event all the same.
 */
export class SafeEmitter {
  readonly #emitter = new EventEmitter()
  /** The guarded form of each listener, so that `off` finds it. */
  readonly #guarded = new WeakMap<object, (...args: unknown[]) => void>()

  on<A extends unknown[]>(type: string, listener: Listener<A>): void {
    this.#emitter.on(type, this.#guard(listener))
  }

  once<A extends unknown[]>(type: string, listener: Listener<A>): void {
    this.#emitter.once(type, this.#guard(listener))
  }

  off<A extends unknown[]>(type: string, listener: Listener<A>): void {
    this.#emitter.off(type, this.#guard(listener))
  }

  /** Whether anybody listened. */
  emit(type: string, ...args: unknown[]): boolean {
    return this.#emitter.emit(type, ...args)
  }

  eventNames(): readonly (string | symbol)[] {
    return this.#emitter.eventNames()
  }

  removeAllListeners(): void {
    this.#emitter.removeAllListeners()
  }

  #guard<A extends unknown[]>(listener: Listener<A>): (...args: unknown[]) => void {
    const known = this.#guarded.get(listener)
    if (known !== undefined) return known
    // Its arguments are those that `emit` is given for the type, which the typed classes around this one see to.
    const call = listener as (...args: unknown[]) => void
    const guarded = (...args: unknown[]) => {
      try {
        call(...args)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
    this.#guarded.set(listener, guarded)
    return guarded
  }
}
