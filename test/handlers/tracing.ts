/** Handlers in a process that has OpenTelemetry. Its spans go to a file, in batches that are long in coming. */
import { appendFileSync } from 'node:fs'
import { defineTask, implement } from '@hotline/core'
import { trace } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

/** Names the file in the environment of the worker. */
export const SPANS_FILE = 'HOTLINE_TEST_SPANS'

/** What a test reads of a span. */
export interface WrittenSpan {
  readonly name: string
  readonly pid: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  readonly statusCode: number
}

export const traced = defineTask<{ readonly failures: number }, string>('traced', {
  attempts: 2,
  backoff: { initial: 1, jitter: 0 },
})

export function written(span: ReadableSpan): WrittenSpan {
  const { traceId, spanId } = span.spanContext()
  const parentSpanId = span.parentSpanContext?.spanId
  const { name, attributes, status } = span
  return { name, pid: process.pid, traceId, spanId, parentSpanId, attributes, statusCode: status.code }
}

const file = process.env[SPANS_FILE]
if (file !== undefined) record(file)

function record(spans: string): void {
  const exporter = {
    export: (batch: readonly ReadableSpan[], done: (result: { readonly code: number }) => void) => {
      appendFileSync(spans, batch.map((span) => `${JSON.stringify(written(span))}\n`).join(''))
      done({ code: 0 })
    },
    shutdown: async () => {},
  }
  const spanProcessors = [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 600_000 })]
  new NodeTracerProvider({ spanProcessors }).register()
}

export default [
  implement(traced, async ({ failures }, ctx) => {
    if (ctx.attempt <= failures) throw new RangeError('not yet')
    return trace.getTracer('handlers').startActiveSpan('compute', async (span) => {
      span.end()
      return span.spanContext().traceId
    })
  }),
]
