import { randomBytes } from 'node:crypto'
import { formatBytes, formatDuration, witnessLines } from '@hotline/core'
import { DEFAULT_URL, isWithinProcess, transportOf } from '../adapters.ts'
import type { Call, Command } from '../command.ts'
import { EXIT } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { jsonLine } from '../render/json-line.ts'
import { pageOf } from '../render/page.ts'
import { proofLines } from '../render/proof-lines.ts'
import { workerBounds } from '../render/worker-bounds.ts'
import { reportFile } from '../report/report-file.ts'
import { GroundApart } from './ground-apart.ts'
import { GroundHere } from './ground-here.ts'
import { type LoadPlan, planOf } from './load-plan.ts'
import { showProgress } from './load-progress.ts'
import { type LoadFinding, LoadRun } from './load-run.ts'
import type { ProvingGround } from './proving-ground.ts'

/** A worker that is killed is replaced within two of these. */
const LEASE_TO_KILL = '5s'

/** `hotline prove`: a load test whose verdict comes from the event log alone. */
export const proveCommand: Command = {
  name: 'prove',
  summary: 'Run a load on your backend, and prove from its event log that the bound held',
  usage: '[options]',
  connects: true,
  options: {
    jobs: { value: 'N', summary: 'How many jobs; by default 100' },
    cpu: {
      value: 'TIME',
      summary: 'CPU time of a job on average, half to one and a half of it; by default 250ms',
    },
    memory: { value: 'SIZE', summary: 'Memory that a job fills; by default 100mb' },
    workers: { value: 'N', summary: 'Workers, each a process where the backend allows; by default 2' },
    concurrency: {
      value: 'N',
      summary: 'Jobs at once of each; by default all CPUs and the memory shared out',
    },
    kill: { summary: 'Kill a worker in the middle; another one takes its place' },
    report: { value: 'FILE', summary: 'Write a page with the slots as a picture, such as proof.html' },
  },
  examples: [
    { line: 'hotline prove --url redis://localhost:6379', what: 'A hundred jobs on two workers' },
    {
      line: 'hotline prove --jobs 200 --cpu 250ms --memory 100mb --kill --report proof.html',
      what: 'A worker is killed on the way; the page shows what became of its jobs',
    },
    { line: 'hotline prove --url memory: --jobs 20 --json', what: 'Within this process, for a machine' },
  ],
  run: prove,
}

async function prove(call: Call): Promise<number> {
  const { io, given } = call
  const url = given.text('url') ?? (io.env.HOTLINE_URL || DEFAULT_URL)
  const plan = planOf(given, url)
  const report = await reportFile(given)
  const run = new LoadRun(plan, await groundOf(url, plan))
  await run.connect()
  const finding = await watched(call, run, plan)
  const isOk = finding.proof.ok && finding.proof.succeeded === plan.jobs
  if (given.flag('json'))
    await io.stdout.write(
      jsonLine({ ...finding.proof, ok: isOk, witnesses: witnessLines(finding.proof), plan }),
    )
  else await io.stdout.write(textOf(finding, plan, call))
  await report?.write({
    title: 'hotline prove',
    facts: [planText(plan), ...failureLines(finding)],
    proof: { ...finding.proof, ok: isOk },
    timeline: finding.timeline,
  })
  if (report !== undefined) await io.stderr.write(`The report is ${inertText(report.path)}\n`)
  return isOk ? EXIT.ok : EXIT.failed
}

async function watched({ io, given }: Call, run: LoadRun, plan: LoadPlan): Promise<LoadFinding> {
  if (given.flag('json')) return run.run(io.signal)
  await io.stderr.write(`${planText(plan)}\n`)
  const over = new AbortController()
  const shown = showProgress(run, io, over.signal)
  try {
    return await run.run(io.signal)
  } finally {
    over.abort()
    await shown
  }
}

/** In a namespace of its own, beside whatever the backend holds. */
async function groundOf(url: string, { kill }: LoadPlan): Promise<ProvingGround> {
  const namespace = `prove.${randomBytes(4).toString('hex')}`
  const place = { namespace, lease: kill ? LEASE_TO_KILL : undefined }
  const transport = await transportOf(url, place)
  if (isWithinProcess(url)) return new GroundHere(transport)
  return new GroundApart({ url, ...place }, transport)
}

function planText({ jobs, cpuMs, bytes, workers, concurrency, kill }: LoadPlan): string {
  const work = `${jobs} jobs of about ${formatDuration(cpuMs)} CPU and ${formatBytes(bytes)}`
  return `${work} on ${workers} × ${concurrency} slots${kill ? ', and a worker is killed' : ''}`
}

function textOf(finding: LoadFinding, { jobs }: LoadPlan, { io }: Call): string {
  const page = pageOf(io)
  const missing = jobs - finding.proof.jobs
  const lines = [
    ...workerBounds(finding.proof, page),
    '',
    ...(missing > 0 ? [page.paint('bad', `${missing} of ${jobs} jobs are not in the log.`)] : []),
    ...failureLines(finding).map((line) => page.paint('bad', line)),
    ...proofLines(finding.proof, page),
  ]
  return `${lines.join('\n')}\n`
}

function failureLines({ failures }: LoadFinding): string[] {
  return [...failures].map(([code, count]) => `${count} jobs failed: ${code}`)
}
