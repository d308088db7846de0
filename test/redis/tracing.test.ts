/** One trace by the SDK of OpenTelemetry, from the code that enqueues to the handler in another process, over Redis. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SPANS_FILE, traced, type WrittenSpan, written } from '../handlers/tracing.ts'
import { Play } from '../stage.ts'
import { describeRedis, redisStage } from './redis-stage.ts'

const handlers = new URL('../handlers/tracing.ts', import.meta.url).href

describeRedis(() => {
  const exporter = new InMemorySpanExporter()
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  let folder = ''
  beforeEach(async () => {
    provider.register()
    exporter.reset()
    folder = await mkdtemp(path.join(tmpdir(), 'hotline-spans-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const ownSpans = (): WrittenSpan[] => exporter.getFinishedSpans().map(written)
  const spansOf = async (file: string): Promise<WrittenSpan[]> =>
    (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))

  test('enqueue and handler are one trace, across processes, for each attempt', async () => {
    const file = path.join(folder, 'spans')
    process.env[SPANS_FILE] = file
    await using play = await Play.begin(redisStage)
    const worker = await play.workerProcess({ handlers, env: [SPANS_FILE] })
    delete process.env[SPANS_FILE]
    const client = play.client()
    const [job, ...many] = await trace.getTracer('web').startActiveSpan('request', async (span) => {
      const one = await client.enqueue(traced, { failures: 1 })
      const others = await client.enqueueMany(traced, [{ input: { failures: 0 } }])
      span.end()
      return [one, ...others]
    })
    const results = await Promise.all([job, ...many].map((one) => one?.result()))
    await worker.stop() // its processes send what they hold

    const [enqueue, request] = ownSpans()
    expect(ownSpans().map(({ name }) => name)).toEqual(['enqueue traced', 'request'])
    expect(enqueue).toMatchObject({ parentSpanId: request?.spanId, traceId: request?.traceId })
    expect(enqueue?.attributes).toMatchObject({
      'messaging.system': 'hotline',
      'messaging.destination.name': 'default',
      'messaging.message.id': job?.id,
    })
    expect(job?.record?.traceparent).toBe(`00-${enqueue?.traceId}-${enqueue?.spanId}-01`)
    expect(new Set(results)).toEqual(new Set([request?.traceId]))

    const theirs = await spansOf(file)
    const processed = theirs.filter(({ name }) => name === 'process traced')
    const ofJob = processed.filter(({ attributes }) => attributes['messaging.message.id'] === job?.id)
    expect(ofJob).toMatchObject([
      {
        parentSpanId: enqueue?.spanId,
        statusCode: SpanStatusCode.ERROR,
        attributes: { 'hotline.attempt': 1, 'error.type': 'RangeError' },
      },
      {
        parentSpanId: enqueue?.spanId,
        statusCode: SpanStatusCode.UNSET,
        attributes: { 'hotline.attempt': 2 },
      },
    ])
    expect(processed.find((span) => !ofJob.includes(span))).toMatchObject({ parentSpanId: request?.spanId })
    const computed = theirs.filter(({ name }) => name === 'compute')
    expect(computed.map(({ parentSpanId }) => parentSpanId).toSorted()).toEqual(
      processed
        .flatMap(({ spanId, statusCode }) => (statusCode === SpanStatusCode.UNSET ? [spanId] : []))
        .toSorted(),
    )
    for (const { pid, traceId } of theirs) {
      expect(pid).not.toBe(process.pid)
      expect(traceId).toBe(request?.traceId)
    }
  })

  test('a trace context that is given goes over that of the caller', async () => {
    await using play = await Play.begin(redisStage)
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const job = await play.client().enqueue(traced, { failures: 0 }, { traceparent })
    const [enqueue] = ownSpans()
    expect(enqueue).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) })
    expect(job.record?.traceparent).toBe(`00-${'a'.repeat(32)}-${enqueue?.spanId}-01`)
  })
})
