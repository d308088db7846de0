import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { LiveModel, LiveScene, Observation, Tally } from '@hotline/core'
import { InvalidOptionError } from '@hotline/core'
import { jsonLine } from '../render/json-line.ts'
import { parseObservation, UnreadableLine } from './parse-observation.ts'

/**
 * A recording is a file of observations, a line of JSON each: the events as `hotline events` writes them on a pipe, with
 * `seenAt`, and between them looks at jobs, workers and the backend. So what reads the one reads the other.
 */
export class Recorder {
  readonly path: string
  readonly #stream: WriteStream
  #problem: Error | undefined

  private constructor(path: string, stream: WriteStream) {
    this.path = path
    this.#stream = stream
    stream.on('error', (error) => {
      this.#problem ??= error
    })
  }

  /** Makes the file. Rejects where there is one already, or none can be made. */
  static async open(path: string): Promise<Recorder> {
    const exists = await access(path).then(
      () => true,
      () => false,
    )
    if (exists) {
      const problem = `${path} is there already.`
      throw new InvalidOptionError({ option: 'record', problem, cure: 'Give the name of a new file.' })
    }
    const stream = createWriteStream(path, { flags: 'wx' })
    await new Promise<void>((resolve, reject) => {
      stream.once('open', () => resolve()).once('error', reject)
    })
    return new Recorder(path, stream)
  }

  /** Why it does not record any more, such as a full disk. */
  get problem(): string | undefined {
    return this.#problem?.message
  }

  /** Begins in the middle of a run: with what is known, and what has been counted. */
  begin(scene: LiveScene, tally: Tally, at: number): void {
    const { backend, jobs, skewMs, workers, paused } = scene
    this.write({ v: 1, type: 'recording.started', at, backend, tally })
    const presences = workers.flatMap(({ presence }) => presence ?? [])
    this.write({ v: 1, type: 'workers.seen', at, workers: presences, paused })
    const sightings = jobs.map((record) => ({ record, observedAt: at - skewMs }))
    this.write({ v: 1, type: 'jobs.seen', at, jobs: sightings, isWhole: true })
  }

  write(observation: Observation): void {
    if (this.#problem === undefined) this.#stream.write(jsonLine(observation))
  }

  /** Resolves when all is in the file. @throws what kept it from that */
  async close(): Promise<void> {
    if (this.#problem !== undefined) throw this.#problem
    await new Promise<void>((resolve, reject) => {
      this.#stream.once('error', reject).end(() => resolve())
    })
  }
}

/** What could not be read of a recording. */
export interface Unread {
  count: number
  /** Where the first is, and what is wrong with it. */
  first: string | undefined
}

/**
 * Reads a recording, whatever of it can be read: the rest is counted in `unread`.
 * @throws InvalidOptionError where there is no such file; that nothing of it could be read, `unread` tells
 */
export async function* readRecording(path: string, unread: Unread): AsyncGenerator<Observation> {
  const input = createReadStream(path, 'utf8')
  let number = 0
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1
      if (line.trim() === '') continue
      const found = tryParse(line, number, unread)
      if (found !== undefined) yield found
    }
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const problem = `The recording ${path} cannot be read (${why}).`
    throw new InvalidOptionError({ option: 'replay', problem, cure: 'Check its name and its rights.', cause })
  } finally {
    input.destroy()
  }
}

function tryParse(line: string, number: number, unread: Unread): Observation | undefined {
  try {
    return parseObservation(line)
  } catch (error) {
    if (!(error instanceof UnreadableLine)) throw error
    unread.count += 1
    unread.first ??= `line ${number} ${error.message}`
    return undefined
  }
}

/** Takes an observation into the model, unless it is so broken that no fold goes over it. */
export function taken(model: LiveModel, seen: Observation, unread: Unread): boolean {
  try {
    model.see(seen)
    return true
  } catch (error) {
    unread.count += 1
    unread.first ??= `an observation of ${seen.type} makes no sense: ${String(error)}`
    return false
  }
}
