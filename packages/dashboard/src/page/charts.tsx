import type { JSX } from 'preact'
import { quantile, STEP_MS, STEPS, type Step } from './pace.ts'
import type { PageModel } from './page-model.ts'
import { shownMs } from './shown.ts'

/** Units of the drawings; the page stretches them. */
const WIDTH = STEPS * 4
const HEIGHT = 60

/** Jobs that ended per second, and how long they waited and ran, over the last five minutes. */
export function Charts({ model }: { readonly model: PageModel }): JSX.Element {
  const steps = model.pace.steps(model.now())
  return (
    <div class="charts">
      <Throughput steps={steps} />
      <Latency steps={steps} />
    </div>
  )
}

function Throughput({ steps }: { readonly steps: readonly Step[] }): JSX.Element {
  const most = Math.max(1, ...steps.map(({ succeeded, failed }) => succeeded + failed))
  const height = (count: number): number => (count / most) * (HEIGHT - 2)
  const perSecond = ((most / STEP_MS) * 1000).toFixed(1)
  return (
    <figure>
      <figcaption>
        Ended per second <span>peak {perSecond}</span>
        <Key tone="succeeded" name="succeeded" />
        <Key tone="failed" name="failed" />
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label="Jobs that ended per second"
      >
        <path
          class="tone succeeded"
          d={bars(steps, ({ succeeded, failed }) => [height(failed), height(succeeded)])}
        />
        <path class="tone failed" d={bars(steps, ({ failed }) => [0, height(failed)])} />
      </svg>
    </figure>
  )
}

function Latency({ steps }: { readonly steps: readonly Step[] }): JSX.Element {
  const waits = steps.map((step) => quantile(step.waits, 0.5))
  const lateWaits = steps.map((step) => quantile(step.waits, 0.95))
  const runs = steps.map((step) => quantile(step.runs, 0.5))
  const most = Math.max(1, ...[...lateWaits, ...runs].map((ms) => ms ?? 0))
  return (
    <figure>
      <figcaption>
        Latency <span>up to {shownMs(most)}</span>
        <Key tone="retrying" name="wait p50" />
        <Key tone="faint" name="wait p95" />
        <Key tone="running" name="run p50" />
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label="Wait and run times"
      >
        <path class="line tone faint" d={line(lateWaits, most)} />
        <path class="line tone retrying" d={line(waits, most)} />
        <path class="line tone running" d={line(runs, most)} />
      </svg>
    </figure>
  )
}

function Key({ tone, name }: { readonly tone: string; readonly name: string }): JSX.Element {
  return (
    <span class="key">
      <i class={`tone ${tone}`} />
      {name}
    </span>
  )
}

/** One bar per step: how far above the ground it begins, and how tall it is. */
function bars(steps: readonly Step[], of: (step: Step) => readonly [from: number, tall: number]): string {
  return steps
    .map((step, index) => {
      const [from, tall] = of(step)
      return tall === 0 ? '' : `M${index * 4} ${HEIGHT - from}h3v${-tall}h-3z`
    })
    .join('')
}

/** A line through the values that there are. */
function line(values: readonly (number | undefined)[], most: number): string {
  let isDrawn = false
  return values
    .map((ms, index) => {
      if (ms === undefined) return ''
      const command = isDrawn ? 'L' : 'M'
      isDrawn = true
      return `${command}${index * 4 + 2} ${HEIGHT - 1 - (ms / most) * (HEIGHT - 3)}`
    })
    .join('')
}
