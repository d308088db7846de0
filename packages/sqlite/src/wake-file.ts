/**
 * How processes wake each other: a file beside the database, of which a byte is written after each commit, and which the others
 * watch. It says only that there is something: who hears it asks the database, which tells whether another process committed.
 *
 *   deaf --the file is there, and can be watched--> hearing --the file is gone, or watching fails--> deaf
 *
 * Hearing, the database is asked every 500 ms as well, for a wake-up that was lost; deaf, every 25 ms.
 */
import type { FSWatcher } from 'node:fs'
import { closeSync, constants, fstatSync, openSync, statSync, watch, writeSync } from 'node:fs'
import type { DatabaseFile } from './database-file.ts'

/** Between two looks, in ms: while wake-ups are heard, and while none would be. */
const FLOOR_MS = 500
const DEAF_FLOOR_MS = 25
/** Of the one byte whose writing is the wake-up, the value does not matter. */
const BYTE = new Uint8Array([0])

/** What a wake file works with. */
export interface WakeFileDesk {
  readonly file: DatabaseFile
  /** Another process may have committed. */
  readonly onNews: () => void
}

export class WakeFile {
  readonly #desk: WakeFileDesk
  readonly #path: string
  #handle: number | undefined
  #watcher: FSWatcher | undefined
  #floor: NodeJS.Timeout | undefined
  /** Changes with each commit of another connection, and with none of our own. */
  #version = -1
  #isClosed = false

  constructor(desk: WakeFileDesk) {
    this.#desk = desk
    this.#path = `${desk.file.path}-wake`
  }

  start(): void {
    this.#attach()
    this.#version = this.#desk.file.pragma('data_version')
    this.#plan()
  }

  /** Tells the others that there is something new. */
  touch(): void {
    try {
      if (this.#handle !== undefined) writeSync(this.#handle, BYTE, 0, 1, 0)
    } catch {
      // A full disk, say: the others look by themselves, within the floor.
    }
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#floor)
    this.#detach()
  }

  #plan(): void {
    const ms = this.#watcher === undefined ? DEAF_FLOOR_MS : FLOOR_MS
    this.#floor = setTimeout(() => {
      if (!this.#isThere()) this.#reattach()
      this.#look()
      this.#plan()
    }, ms)
  }

  #look(): void {
    if (this.#isClosed) return
    try {
      const version = this.#desk.file.pragma('data_version')
      if (version === this.#version) return
      this.#desk.onNews()
      this.#version = version
    } catch {
      // The file fails, or somebody empties its log just now: the next look sees the same.
    }
  }

  /** Watching is no must: a system may have run out of watches. */
  #attach(): void {
    try {
      this.#handle = openSync(this.#path, constants.O_RDWR | constants.O_CREAT)
      // As long as the byte: writing it never makes the file larger, which a full disk would refuse.
      if (statSync(this.#path).size === 0) writeSync(this.#handle, BYTE, 0, 1, 0)
      this.#watcher = watch(this.#path, () => this.#look())
      this.#watcher.on('error', () => this.#detach())
    } catch {
      this.#watcher = undefined
    }
  }

  #detach(): void {
    this.#watcher?.close()
    this.#watcher = undefined
    if (this.#handle !== undefined) closeSync(this.#handle)
    this.#handle = undefined
  }

  #reattach(): void {
    this.#detach()
    // Beside a database that is gone there is nothing to tell, and nothing is to be left behind.
    if (statSync(this.#desk.file.path, { throwIfNoEntry: false }) !== undefined) this.#attach()
  }

  /** Whether the file that is watched still has its name. */
  #isThere(): boolean {
    if (this.#handle === undefined) return false
    const [open, named] = [
      fstatSync(this.#handle, { bigint: true }),
      statSync(this.#path, { bigint: true, throwIfNoEntry: false }),
    ]
    return open.ino === named?.ino
  }
}
