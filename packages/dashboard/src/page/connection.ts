import type { Frame, JobView } from '../frame.ts'
import type { PageModel } from './page-model.ts'

/** The address of the dashboard, whether or not the page was opened with a slash at its end. */
export const BASE: string = location.pathname.replace(/\/*$/, '/')

/** How long to wait before asking anew, where the browser does not try by itself. */
const AGAIN_MS = 1000

/**
 * Follows the server for as long as the page is open:
 *
 *   connecting --opened--> live --broken--> lost --the browser connects again, by Last-Event-ID--> live
 *                           '--events are missing--> connecting, anew
 */
export function follow(model: PageModel, onChange: () => void): void {
  const source = new EventSource(`${BASE}api/events`)
  const again = (): void => {
    source.close()
    follow(model, onChange)
  }
  source.onopen = () => {
    model.link = 'live'
    onChange()
  }
  source.onerror = () => {
    model.link = 'lost'
    // Refused, such as by a proxy that has nobody behind it: the browser gives up then.
    if (source.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MS)
    onChange()
  }
  source.onmessage = (message: MessageEvent<string>) => {
    const frame: Frame = JSON.parse(message.data)
    model.link = 'live'
    if (model.take(frame) === 'begin-anew') again()
    for (const id of model.missing) void fetchMissing(id, model).then(onChange)
    model.missing.clear()
    onChange()
  }
}

/** A job that cannot be had now is had at its next start. */
async function fetchMissing(id: string, model: PageModel): Promise<void> {
  const view = await ask<JobView>(`jobs/${id}`).catch(() => undefined)
  if (view !== undefined) model.take({ type: 'jobs', jobs: [view.record] })
}

/** Asks for something of one job. @throws Error with the text of the server */
export async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${BASE}api/${path}`)
  return answerOf<T>(response)
}

/** Does something. @throws Error with the text of the server */
export async function act<T>(path: string, body: object = {}): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return answerOf<T>(
    await fetch(`${BASE}api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
  )
}

async function answerOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error((await response.text()).trim())
  return response.json()
}

/** Reads lines of JSON as they come, until the end or until the signal aborts. */
export async function readLines<T>(
  path: string,
  signal: AbortSignal,
  onLine: (line: T) => void,
): Promise<void> {
  const response = await fetch(`${BASE}api/${path}`, { signal })
  if (!response.ok || response.body === null) throw new Error((await response.text()).trim())
  let rest = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(JSON.parse(line))
  }
}
