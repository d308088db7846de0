import { LiveModel, type Observation } from '@hotline/core'
import { type Instance, render } from 'ink'
import { createElement } from 'react'
import type { Io, Terminal } from '../io.ts'
import { pageOf } from '../render/page.ts'
import { timeOfDay } from '../render/time.ts'
import type { PanelAnswer } from './panel-lines.ts'
import { pressed, told } from './pressed.ts'
import { Recorder, taken, type Unread } from './recording.ts'
import type { ReplayClock } from './replay-clock.ts'
import { Screen } from './screen-component.ts'
import type { ScreenOrders } from './screen-orders.ts'
import { screenLines } from './screen-page.ts'
import { initialState, type Order, type ScreenState } from './screen-state.ts'

/** What a screen shows, and whom it asks. */
export interface EventScreenOptions {
  readonly io: Io
  readonly terminal: Terminal
  readonly orders: ScreenOrders
  readonly filter?: string | undefined
  readonly recorder?: Recorder | undefined
  /** There is a look at all jobs first; until it is over, the counts are not what they seem. */
  readonly looksFirst?: boolean | undefined
  /** The time within a recording; the time of the day without. */
  readonly clock?: ReplayClock | undefined
  /** What could not be read of a recording. */
  readonly unread?: Unread | undefined
  readonly speed?: number | undefined
}

/** Between two frames, at least. */
const FRAME_MS = 100
/** News seldom come alone, so they wait for each other. */
const NEWS_MS = 10
/**
 * Frames that news ask for take no more of a core than this. A frame of 110 by 32 cells takes 8 ms, so they come four
 * times a second, and an event is on the glass after an eighth of a second on average. On a terminal that is so large, or
 * a machine so busy, that they would come less than three times a second, they come all the same.
 */
const NEWS_SHARE = 0.035
const SLOWEST_MS = 350
/** How long no frame is drawn if nothing happens: run times go on. */
const IDLE_MS = 1000
/**
 * Explicit and implicit mode of bidirectional support (ECMA-48, 7.2.2): a terminal that turns the direction of text would
 * move the columns of a line with Hebrew or Arabic in it.
 */
const TURN_NOTHING = '\x1b[8l'
const TURN_AS_BEFORE = '\x1b[8h'

/** The live screen: a fold of observations, and what the reader chose by keys, drawn at most ten times a second. */
export class EventScreen {
  readonly #options: EventScreenOptions
  readonly #model = new LiveModel()
  readonly #done = Promise.withResolvers<'quit' | 'interrupted'>()
  readonly #unread: Unread
  #state: ScreenState
  #answer: PanelAnswer | undefined
  #recorder: Recorder | undefined
  #isAtEnd = false
  #isLooking: boolean
  #app: Instance | undefined
  #timer: NodeJS.Timeout | undefined
  #drawnAt = Number.NEGATIVE_INFINITY
  #dueAt = Number.POSITIVE_INFINITY
  /** What a frame takes of a core, in ms: a running mean. */
  #frameCost = 5

  constructor(options: EventScreenOptions) {
    this.#options = options
    this.#recorder = options.recorder
    this.#isLooking = options.looksFirst ?? false
    this.#unread = options.unread ?? { count: 0, first: undefined }
    this.#state = initialState(options.filter)
  }

  /** Takes the next observation. */
  see(seen: Observation): void {
    if (taken(this.#model, seen, this.#unread)) this.#recorder?.write(seen)
    if (seen.type === 'jobs.seen' && seen.isWhole === true) this.#isLooking = false
    this.#drawWithin(NEWS_MS, this.paceMs)
  }

  /** Between two frames that news ask for, in ms. */
  get paceMs(): number {
    return Math.min(SLOWEST_MS, Math.max(FRAME_MS, this.#frameCost / NEWS_SHARE))
  }

  /** There will be no further observation. */
  end(): void {
    this.#isAtEnd = true
    this.#drawWithin(0)
  }

  /**
   * Shows itself until the reader quits, or the command is to end. Gives the terminal back as it was. Rejects when
   * `failure` does.
   */
  async show(failure: Promise<never>): Promise<'quit' | 'interrupted'> {
    const { terminal, io } = this.#options
    const { stdin, stdout } = terminal
    const interrupt = (): void => this.#done.resolve('interrupted')
    const redraw = (): void => this.#drawWithin(0)
    const unmute = terminal.mute()
    io.signal.addEventListener('abort', interrupt)
    stdout.on('resize', redraw)
    stdout.write(TURN_NOTHING)
    // The frames are counted here, so that ink has none to hold back.
    const options = { stdin, stdout, alternateScreen: true, incrementalRendering: true, interactive: true }
    this.#app = render(this.#element(), { ...options, maxFps: 60, exitOnCtrlC: false, patchConsole: false })
    try {
      return await Promise.race([this.#done.promise, failure])
    } finally {
      clearTimeout(this.#timer)
      stdout.off('resize', redraw)
      io.signal.removeEventListener('abort', interrupt)
      this.#app.unmount()
      await this.#app.waitUntilExit()
      this.#app = undefined
      stdout.write(TURN_AS_BEFORE)
      await this.#recorder?.close()
      unmute()
    }
  }

  get recorded(): string | undefined {
    return this.#recorder?.path
  }

  #now(): number {
    return this.#options.clock?.now() ?? Date.now()
  }

  #drawWithin(ms: number, everyMs: number = FRAME_MS): void {
    if (this.#app === undefined) return
    const now = performance.now()
    const dueAt = Math.max(now + ms, this.#drawnAt + everyMs)
    if (dueAt >= this.#dueAt) return
    this.#wakeAt(dueAt)
  }

  #wakeAt(dueAt: number): void {
    clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => this.#draw(), Math.max(0, dueAt - performance.now()))
  }

  #draw(): void {
    this.#drawnAt = performance.now()
    const before = process.cpuUsage()
    this.#app?.rerender(this.#element())
    // CPU time, since the time of the day grows with what others do on the machine.
    const { user, system } = process.cpuUsage(before)
    this.#frameCost += ((user + system) / 1000 - this.#frameCost) / 8
    this.#wakeAt(this.#drawnAt + IDLE_MS)
  }

  #element() {
    return createElement(Screen, { lines: this.#lines(), onKey: (name: string) => this.#press(name) })
  }

  #lines(): string[] {
    const { io, terminal } = this.#options
    const size = { width: terminal.stdout.columns || 80, height: terminal.stdout.rows || 24 }
    const scene = this.#state.frozen ?? this.#model.scene()
    const now = this.#state.frozen === undefined ? this.#now() : scene.seenAt
    const view = { scene, state: this.#state, answer: this.#answer, status: this.#status() }
    try {
      return screenLines(view, { ...pageOf(io), ...size, now })
    } catch (error) {
      return [
        `This cannot be shown: ${error instanceof Error ? error.name : 'an error'}. Esc leads back, q quits.`,
      ]
    }
  }

  #status(): string[] {
    const { clock, speed = 1 } = this.#options
    const place = this.#isAtEnd
      ? 'end of the recording'
      : `replay ${speed}x ${timeOfDay(this.#now()).slice(0, 8)}`
    const { count, first } = this.#unread
    const problem = this.#recorder?.problem
    return [
      clock !== undefined ? place : this.#isLooking ? 'looking at the jobs …' : 'live',
      ...(this.#recorder === undefined ? [] : [problem ?? `recording to ${this.#recorder.path}`]),
      ...(count === 0 ? [] : [`${count} unreadable: ${first}`]),
    ]
  }

  #press(key: string): void {
    if (key === 'interrupt') this.#done.resolve('interrupted')
    const { state, order } = pressed(this.#state, key, this.#model.scene())
    this.#state = state
    this.#followClock()
    if (order !== undefined) this.#carryOut(order)
    this.#drawWithin(0)
  }

  /** A replay stands still while the screen is frozen. */
  #followClock(): void {
    const { clock } = this.#options
    if (clock === undefined || this.#isAtEnd) return
    if (this.#state.frozen === undefined) clock.run()
    else clock.stop()
  }

  #carryOut(order: Order): void {
    switch (order.type) {
      case 'quit':
        this.#done.resolve('quit')
        break
      case 'record':
        void this.#record()
        break
      case 'look':
        void this.#options.orders.look(order).then((answer) => {
          this.#answer = answer
          this.#drawWithin(0)
        })
        break
      default:
        if (order.type === 'cancel') this.#tell('Asked to stop; waiting for the receipt …', 'warning')
        void this.#options.orders
          .do(order)
          .then(({ text, tone }) => this.#tell(text, tone === 'good' ? 'good' : 'warning'))
    }
  }

  #tell(text: string, tone: 'good' | 'warning'): void {
    this.#state = told(this.#state, text, tone)
    this.#drawWithin(0)
  }

  /** Begins a recording of what follows, or ends the one that there is. */
  async #record(): Promise<void> {
    const { clock } = this.#options
    const before = this.#recorder
    this.#recorder = undefined
    try {
      if (clock !== undefined) this.#tell('This is a recording already.', 'warning')
      else if (before === undefined) await this.#beginRecording()
      else await before.close().then(() => this.#tell(`The recording is ${before.path}`, 'good'))
    } catch (error) {
      this.#tell(`It is not recorded: ${error instanceof Error ? error.message : String(error)}`, 'warning')
    }
  }

  async #beginRecording(): Promise<void> {
    const recorder = await Recorder.open(nameOfNow())
    recorder.begin(this.#model.scene(), this.#model.tally(), Date.now())
    this.#recorder = recorder
    this.#tell(`Recording to ${recorder.path}; w ends it.`, 'good')
  }
}

/** `hotline-20310504-140327.ndjson` */
function nameOfNow(): string {
  const [day = '', time = ''] = new Date().toISOString().split(/[T.]/)
  return `hotline-${day.replaceAll('-', '')}-${time.replaceAll(':', '')}.ndjson`
}
