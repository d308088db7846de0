/** Speaks to the web app as a browser would. */
export class WebApi {
  readonly #base: string

  constructor(base: string) {
    this.#base = base
  }

  async call(
    path: string,
    init?: RequestInit,
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const response = await fetch(`${this.#base}${path}`, { ...init, signal: AbortSignal.timeout(20_000) })
    const body: unknown = await response.json()
    return { status: response.status, body: { ...(body as object) } }
  }

  /** Resolves with the id. */
  async start(below: number): Promise<string> {
    const { status, body } = await this.call('/jobs', { method: 'POST', body: JSON.stringify({ below }) })
    if (status !== 202) throw new Error(`POST /jobs answered ${status}: ${JSON.stringify(body)}`)
    return String(body.id)
  }

  /** The types of the job's events until one of that type, or its end. */
  async events(id: string, until?: string): Promise<string[]> {
    const response = await fetch(`${this.#base}/jobs/${id}/events`, { signal: AbortSignal.timeout(20_000) })
    const types: string[] = []
    let rest = ''
    for await (const piece of response.body ?? []) {
      rest += Buffer.from(piece).toString()
      const messages = rest.split('\n\n')
      rest = messages.pop() ?? ''
      types.push(...messages.map((message) => /^event: (.*)$/m.exec(message)?.[1] ?? ''))
      if (until !== undefined && types.includes(until)) break
    }
    return types
  }
}
