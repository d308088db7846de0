import type { Client, Proof } from '@hotline/core'
import { ProofLedger, SlotTimeline, witnessLines } from '@hotline/core'
import type { Call, Command } from '../command.ts'
import { connected } from '../connection.ts'
import { EXIT } from '../io.ts'
import { keepHeapLean } from '../lean-heap.ts'
import { logUntil } from '../log-until.ts'
import { counted } from '../render/counted.ts'
import { inertText } from '../render/inert-text.ts'
import { jsonLine } from '../render/json-line.ts'
import { pageOf } from '../render/page.ts'
import { proofLines } from '../render/proof-lines.ts'
import { workerBounds } from '../render/worker-bounds.ts'
import { reportFile } from '../report/report-file.ts'

const DEFAULT_SINCE_MS = 3_600_000

/** `hotline audit` */
export const auditCommand: Command = {
  name: 'audit',
  summary: 'Prove from the event log that the bound held lately; reads only',
  usage: '[options]',
  connects: true,
  options: {
    since: { value: 'TIME', summary: 'How far back, such as 30m or 7d; by default 1h' },
    report: { value: 'FILE', summary: 'Write a page with the slots as a picture, such as audit.html' },
  },
  examples: [
    { line: 'hotline audit', what: 'The last hour' },
    { line: 'hotline audit --since 7d --report audit.html', what: 'A week, with a picture' },
    { line: 'hotline audit --since 30m --json', what: 'For a monitor: exit code 1 unless it is proved' },
  ],
  run: (call) =>
    connected(call, async ({ client, transport }) => {
      keepHeapLean()
      const report = await reportFile(call.given)
      const audit = await readLog(call, client, transport.limits.leaseMs)
      await print(call, audit)
      await report?.write({ title: 'hotline audit', facts: factsOf(audit), ...audit })
      if (report !== undefined) await call.io.stderr.write(`The report is ${inertText(report.path)}\n`)
      return audit.proof.ok ? EXIT.ok : EXIT.failed
    }),
}

/** What the log told of a time, by the backend's clock in ms since 1970. */
interface Audit {
  readonly since: number
  readonly until: number
  /** When the oldest event came that the log still has. */
  readonly begin: number | undefined
  readonly proof: Proof
  readonly timeline: SlotTimeline
}

async function readLog({ given, io }: Call, client: Client, leaseMs: number): Promise<Audit> {
  const until = await backendTime(client)
  const since = until - (given.duration('since') ?? DEFAULT_SINCE_MS)
  const alive = new Map((await client.workers()).map(({ worker, limit }) => [worker, limit]))
  const ledger = new ProofLedger({ since, alive, leaseMs })
  const timeline = new SlotTimeline({ since })
  let begin: number | undefined
  for await (const event of logUntil(client, { until, signal: io.signal })) {
    begin ??= event.at
    ledger.add(event)
    timeline.add(event)
  }
  io.signal.throwIfAborted()
  return { since, until, begin, proof: ledger.proof(), timeline }
}

/** n.b. the backend tells its time along with a job; without any job there is nothing to place in time. */
async function backendTime(client: Client): Promise<number> {
  for await (const { evidence } of client.jobs({ limit: 1 })) return evidence.observedAt
  return Date.now()
}

async function print({ io, given }: Call, audit: Audit): Promise<void> {
  const { proof, since, until } = audit
  if (given.flag('json')) {
    await io.stdout.write(jsonLine({ ...proof, witnesses: witnessLines(proof), since, until }))
    return
  }
  const page = pageOf(io)
  const lines = [...factsOf(audit), '', ...workerBounds(proof, page), '', ...proofLines(proof, page)]
  await io.stdout.write(`${lines.join('\n')}\n`)
}

function factsOf({ since, until, begin, proof }: Audit): string[] {
  const late = begin !== undefined && begin > since
  return [
    `From ${iso(since)} to ${iso(until)}, by the clock of the backend.`,
    ...(begin === undefined ? ['The log has no events.'] : []),
    ...(late ? [`The oldest event kept is of ${iso(begin)}: before it, nothing is known.`] : []),
    ...(proof.runningAtStart === 0
      ? []
      : [`${counted(proof.runningAtStart, 'attempt')} had begun before, and counted from the start.`]),
  ]
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
