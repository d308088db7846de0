/**
 * One trace from `enqueue` to the handler, by OpenTelemetry, where the application has it: `@opentelemetry/api` is an
 * optional peer, and without a registered SDK its spans cost nothing and go nowhere.
 *
 *   enqueue <task>   PRODUCER   in the caller's context, while the backend confirms
 *   process <task>   CONSUMER   in the process of the handler, a child of the span above: the job carries its
 *                               `traceparent` (https://www.w3.org/TR/trace-context/) in `job.queued` and its record
 *
 * Attributes are those of the conventions for messaging (https://opentelemetry.io/docs/specs/semconv/messaging/).
 */
import type { Context, Span, SpanContext } from '@opentelemetry/api'

/** What a span says of its job. */
export interface TracedJob {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly attempt?: number | undefined
}

/** How `process` went, as its span tells it. */
export type TracedEnd = { readonly error?: { readonly name: string; readonly message: string } | undefined }

/** The spans of hotline in this process. */
export interface Tracing {
  /** The `traceparent` of the code that runs now; `undefined` where there is no trace. */
  current(): string | undefined
  /** Runs `store` in a span. It gets the `traceparent` for the job: of its span, or `given` where nothing records. */
  enqueue<R>(
    job: TracedJob,
    given: string | undefined,
    store: (traceparent: string | undefined) => Promise<R>,
  ): Promise<R>
  /** Runs `handle` in a span below `traceparent`, active for all that the handler calls. */
  process<R>(
    job: TracedJob,
    traceparent: string | undefined,
    handle: () => Promise<R>,
    endOf: (answer: R) => TracedEnd,
  ): Promise<R>
  /** Lets the SDK send what it holds, before the process ends. Never rejects. */
  flush(): Promise<void>
}

type Api = typeof import('@opentelemetry/api')

const NAME = 'hotline'
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/

/** Without the API: nothing is traced, and what was given is passed on. */
const untraced: Tracing = {
  current: () => undefined,
  enqueue: (_job, given, store) => store(given),
  process: (_job, _traceparent, handle) => handle(),
  flush: async () => {},
}

/**
 * Where an SDK registers itself, by the rule that all copies of the API 1.x share it. The API is not imported before: that
 * takes 23 ms and 12 MB, in each job process.
 */
const REGISTRY = Symbol.for('opentelemetry.js.api.1')

const withoutSdk = Promise.resolve(untraced)
let loading: Promise<Tracing> | undefined

/** The tracing of this process, from when an SDK is registered in it. */
export function loadTracing(): Promise<Tracing> {
  if (loading === undefined && !(REGISTRY in globalThis)) return withoutSdk
  loading ??= import('@opentelemetry/api').then(tracingBy, () => untraced)
  return loading
}

/** By an API that is there. */
export function tracingBy(api: Api): Tracing {
  const current = (): string | undefined => {
    const span = api.trace.getActiveSpan()
    return span === undefined ? undefined : traceparentOf(api, span.spanContext())
  }
  return {
    current,
    enqueue: (job, given, store) => {
      const parent = given === undefined ? api.context.active() : contextOf(api, given)
      const kind = api.SpanKind.PRODUCER
      const attributes = attributesOf(job, 'send')
      const span = api.trace.getTracer(NAME).startSpan(`enqueue ${job.task}`, { kind, attributes }, parent)
      const own = traceparentOf(api, span.spanContext()) ?? given
      return within(api, span, parent, () => store(own))
    },
    process: (job, traceparent, handle, endOf) => {
      const parent = traceparent === undefined ? api.ROOT_CONTEXT : contextOf(api, traceparent)
      const kind = api.SpanKind.CONSUMER
      const attributes = attributesOf(job, 'process')
      const span = api.trace.getTracer(NAME).startSpan(`process ${job.task}`, { kind, attributes }, parent)
      return within(api, span, parent, handle, endOf)
    },
    flush: () => flush(api),
  }
}

async function within<R>(
  api: Api,
  span: Span,
  parent: Context,
  run: () => Promise<R>,
  endOf: (answer: R) => TracedEnd = () => ({}),
): Promise<R> {
  try {
    const answer = await api.context.with(api.trace.setSpan(parent, span), run)
    const { error } = endOf(answer)
    if (error !== undefined) fail(api, span, error)
    return answer
  } catch (error) {
    fail(api, span, error instanceof Error ? error : { name: 'Error', message: String(error) })
    throw error
  } finally {
    span.end()
  }
}

function fail(
  api: Api,
  span: Span,
  { name, message }: { readonly name: string; readonly message: string },
): void {
  span.recordException({ name, message })
  span.setAttribute('error.type', name)
  span.setStatus({ code: api.SpanStatusCode.ERROR, message })
}

function attributesOf(
  { id, task, queue, attempt }: TracedJob,
  operation: 'send' | 'process',
): Record<string, string | number> {
  return {
    'messaging.system': NAME,
    'messaging.operation.type': operation,
    'messaging.destination.name': queue,
    'messaging.message.id': id,
    'hotline.task': task,
    ...(attempt === undefined ? {} : { 'hotline.attempt': attempt }),
  }
}

function traceparentOf(api: Api, context: SpanContext): string | undefined {
  if (!api.isSpanContextValid(context)) return undefined
  const { traceId, spanId, traceFlags } = context
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

function contextOf(api: Api, traceparent: string): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return api.ROOT_CONTEXT
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext)
}

/** An SDK's provider can be told to send; the API has no word for it, nor for one that only passes on. */
async function flush(api: Api): Promise<void> {
  try {
    const provider: unknown = api.trace.getTracerProvider()
    const delegate: unknown = methodOf(provider, 'getDelegate')?.call(provider) ?? provider
    await methodOf(delegate, 'forceFlush')?.call(delegate)
  } catch {
    // What could not be sent is the SDK's to tell.
  }
}

function methodOf(value: unknown, name: string): ((this: unknown) => unknown) | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const method: unknown = Reflect.get(value, name)
  return typeof method === 'function' ? (...given) => Reflect.apply(method, value, given) : undefined
}
