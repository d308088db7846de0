import type { JSX } from 'preact'
import type { PageModel } from './page-model.ts'
import { shownText } from './shown.ts'

/** Whether what the page shows is current, and why not. */
export function Status({ model }: { readonly model: PageModel }): JSX.Element {
  const { link, outage } = model
  if (link === 'lost')
    return (
      <Line tone="bad" text="The dashboard does not answer. Trying again; below is the last that was seen." />
    )
  if (outage !== undefined)
    return (
      <Line
        tone="bad"
        text={`The backend is out of reach. ${shownText(outage)} Below is the last that was seen.`}
      />
    )
  if (link === 'connecting') return <Line tone="calm" text="Connecting" />
  return model.isWhole ? <Line tone="good" text="Live" /> : <Line tone="calm" text="Loading" />
}

function Line({ tone, text }: { readonly tone: string; readonly text: string }): JSX.Element {
  return (
    <p class={`status ${tone}`} role="status">
      <i />
      {text}
    </p>
  )
}
