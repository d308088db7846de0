import type { Client, Logger } from '@hotline/core'
import { checkOptions, InvalidOptionError, silentLogger } from '@hotline/core'
import { BackendPulse } from './backend-pulse.ts'
import { eventStream } from './event-stream.ts'
import type { Auth, RequestFacts } from './gate.ts'
import { isLoopback, refusal, siteRefusal } from './gate.ts'
import type { Retry } from './job-desk.ts'
import { failureReply, JobDesk } from './job-desk.ts'
import { MetricsPage } from './metrics-page.ts'
import { pageDocument } from './page-document.ts'
import { reply, replyJson, replyText } from './reply.ts'

/** Options of {@link createDashboard}. */
export interface DashboardOptions {
  /** Whose jobs are shown. It stays the application's: `close` of the dashboard does not close it. */
  readonly client: Client
  /**
   * Says whether a request may come in, such as by a session of the application, or `tokenAuth`. Default: none, and then
   * the dashboard answers on loopback only.
   */
  readonly auth?: Auth | undefined
  /** Host names that it answers to beside loopback, without port. Default: any with `auth`, none without. */
  readonly hosts?: readonly string[] | undefined
  /** Where it is mounted, such as `/admin/jobs`, for frameworks that do not take that off the URL (Next). Default none. */
  readonly basePath?: string | undefined
  /** Enqueues a job that has ended once more, with its input: the log does not have it. Default: there is no such button. */
  readonly retry?: Retry | undefined
  /** Shaped like pino. Default silent. */
  readonly logger?: Logger | undefined
}

const OPTIONS: readonly (keyof DashboardOptions)[] = [
  'client',
  'auth',
  'hosts',
  'basePath',
  'retry',
  'logger',
]
/** Largest body of an action, in bytes. */
const LARGEST_BODY = 16_384

/** Makes a dashboard. It does nothing before the first request. @throws InvalidOptionError */
export function createDashboard(options: DashboardOptions): Dashboard {
  return new Dashboard(options)
}

/**
 * The web page of hotline as a handler of the Fetch API, to mount in any server:
 *
 *   GET  /                        the page
 *   GET  /api/events              what the page lives on, as server-sent events
 *   GET  /api/jobs/ID             a job, whole; 404 with a text for one that is not there
 *   GET  /api/jobs/ID/events      its events, NDJSON
 *   GET  /api/jobs/ID/explain     why it does not run
 *   POST /api/jobs/ID/cancel      {"reason": "…"}; answers with the receipt
 *   POST /api/jobs/ID/retry       answers with the id of the new job
 *   POST /api/queues/NAME/pause, /api/queues/NAME/resume
 *   GET  /metrics                 for Prometheus
 *   GET  /healthz                 200 while the backend answers, 503 otherwise; for anybody
 */
export class Dashboard {
  readonly #options: DashboardOptions
  readonly #logger: Logger
  readonly #closing = new AbortController()
  readonly #pulse: BackendPulse
  readonly #jobs: JobDesk
  readonly #metrics: MetricsPage

  /** By {@link createDashboard}. */
  constructor(options: DashboardOptions) {
    checkOptions('createDashboard', options, OPTIONS)
    checkHosts(options)
    const { client, retry, logger = silentLogger } = options
    this.#options = options
    this.#logger = logger
    this.#pulse = new BackendPulse(client)
    this.#jobs = new JobDesk(client, retry)
    this.#metrics = new MetricsPage(client)
  }

  /**
   * Answers a request. Give what is known of the connection, if the server tells it: without `auth`, `peer` keeps out
   * whoever forges the host name. Never rejects. May be passed around without its object.
   */
  readonly fetch = async (request: Request, facts: RequestFacts = {}): Promise<Response> => {
    try {
      return await this.#answer(request, facts)
    } catch (error) {
      const { pathname } = new URL(request.url)
      this.#logger.error(
        { err: error, method: request.method, pathname },
        'a request of the dashboard failed',
      )
      return failureReply(error)
    }
  }

  /** Ends all streams to pages, and stops counting. Idempotent. */
  close(): void {
    this.#closing.abort()
    this.#metrics.close()
  }

  async #answer(request: Request, facts: RequestFacts): Promise<Response> {
    const path = pathOf(request, this.#options.basePath)
    if (path[0] === 'healthz') return this.#health()
    const { auth, hosts } = this.#options
    const refused = await refusal(request, facts, { auth, hosts })
    if (refused !== undefined) {
      this.#logger.warn({ peer: facts.peer, status: refused.status }, 'the dashboard refused a request')
      return refused
    }
    const isPost = request.method === 'POST'
    if (!isPost && request.method !== 'GET')
      return replyText(405, 'Only GET and POST.', { allow: 'GET, POST' })
    if (path.length === 0 && !isPost) return page()
    if (path[0] === 'metrics' && !isPost) return this.#metrics.answer()
    return path[0] === 'api' ? this.#answerApi(request, path.slice(1)) : notFound()
  }

  async #answerApi(request: Request, [kind, name, action]: readonly string[]): Promise<Response> {
    const refused = siteRefusal(request) ?? bodyRefusal(request)
    if (refused !== undefined) return refused
    const isPost = request.method === 'POST'
    if (kind === 'events' && !isPost) return this.#events(request)
    if (kind === 'jobs' && name !== undefined) return this.#jobs.answer(request, name, action)
    if (kind === 'queues' && name !== undefined && isPost) return this.#answerQueue(name, action)
    return notFound()
  }

  async #answerQueue(queue: string, action: string | undefined): Promise<Response> {
    const { client } = this.#options
    if (action !== 'pause' && action !== 'resume') return notFound()
    await client[action](queue)
    this.#logger.info({ queue, action }, 'somebody used the dashboard on a queue')
    return replyJson({ queue, paused: await client.paused() })
  }

  #events(request: Request): Response {
    const { client } = this.#options
    const last = request.headers.get('last-event-id')
    const cursor = last === null || last === '' ? undefined : decoded(last)
    const signal = AbortSignal.any([request.signal, this.#closing.signal])
    const desk = { client, pulse: this.#pulse, canRetry: this.#jobs.canRetry }
    return reply(eventStream(desk, { cursor, signal }), 'text/event-stream', {
      headers: { 'x-accel-buffering': 'no' },
    })
  }

  async #health(): Promise<Response> {
    const beat = await this.#pulse.check()
    return beat.type === 'outage' ? replyText(503, 'The backend does not answer.') : replyText(200, 'ok')
  }
}

async function page(): Promise<Response> {
  const { html, policy } = await pageDocument()
  return reply(html, 'text/html; charset=utf-8', { headers: { 'content-security-policy': policy } })
}

function notFound(): Response {
  return replyText(404, 'There is nothing here. The page is at the root of the dashboard.')
}

/** An action says how long its body is, which is short. */
function bodyRefusal(request: Request): Response | undefined {
  if (request.body === null) return undefined
  const length = Number(request.headers.get('content-length') ?? Number.NaN)
  if (!(length <= LARGEST_BODY))
    return replyText(413, `The body has to be of a known length, ${LARGEST_BODY} bytes at most.`)
  const type = request.headers.get('content-type') ?? ''
  return type.startsWith('application/json')
    ? undefined
    : replyText(415, 'The body has to be application/json.')
}

/** The parts of the path below where the dashboard is mounted, decoded. */
function pathOf(request: Request, basePath = ''): string[] {
  const { pathname } = new URL(request.url)
  const base = basePath.replace(/\/+$/, '')
  const isBelow = pathname === base || pathname.startsWith(`${base}/`)
  const path = isBelow ? pathname.slice(base.length) : pathname
  return path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function checkHosts({ auth, hosts }: DashboardOptions): void {
  const far = auth === undefined ? hosts?.find((host) => !isLoopback(host)) : undefined
  if (far === undefined) return
  const problem = `\`hosts\` names ${JSON.stringify(far)}, and there is no \`auth\`.`
  const cure =
    'Give an `auth`, such as `tokenAuth(token)`, or leave the host out: then only this machine sees the jobs.'
  throw new InvalidOptionError({ option: 'hosts', problem, cure })
}
