import type { Client, DeadFrame, JobHandle, JobState } from '@hotline/core'
import type { Call, Command } from '../command.ts'
import { briefly } from '../connection.ts'
import type { Given } from '../given.ts'
import { EXIT } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { jobTable } from '../render/job-table.ts'
import { jsonLine } from '../render/json-line.ts'
import { pageOf } from '../render/page.ts'

const STATES = [
  ...(['scheduled', 'queued', 'running', 'retrying', 'lost'] as const),
  ...(['succeeded', 'failed', 'cancelled', 'expired'] as const),
] satisfies readonly JobState[]
const DEFAULT_LIMIT = 100

/** `hotline jobs` */
export const jobsCommand: Command = {
  name: 'jobs',
  summary: 'List jobs, newest first',
  usage: '[options]',
  connects: true,
  options: {
    state: { value: 'STATE', summary: `Only jobs that are ${STATES.join(', ')}` },
    task: { value: 'NAME', summary: 'Only jobs of this task' },
    queue: { value: 'NAME', summary: 'Only jobs of this queue' },
    tag: { value: 'TAG', summary: 'Only jobs with this tag' },
    dead: { summary: 'Instead of jobs, what could not be read and was set aside, and why' },
    limit: { value: 'N', summary: `At most so many, by default ${DEFAULT_LIMIT}` },
  },
  examples: [
    { line: 'hotline jobs', what: 'The newest hundred' },
    { line: 'hotline jobs --state running', what: 'What runs now, and for how long' },
    {
      line: 'hotline jobs --state failed --task render --json',
      what: 'With every error, for another program',
    },
    { line: 'hotline jobs --dead', what: 'What some other program left in the backend' },
  ],
  run: (call) =>
    briefly(call, async (client) => {
      const { io, given } = call
      if (given.flag('dead')) return showDead(call, client)
      const limit = given.count('limit') ?? DEFAULT_LIMIT
      const jobs: JobHandle[] = []
      for await (const job of client.jobs({ ...queryOf(given), limit: limit + 1 })) {
        if (jobs.length < limit && given.flag('json')) await io.stdout.write(jsonLine(job))
        jobs.push(job)
      }
      if (given.flag('json')) return EXIT.ok
      const lines = jobs.length === 0 ? ['No jobs.'] : jobTable(jobs.slice(0, limit), pageOf(io))
      await io.stdout.write(lines.map((line) => `${line}\n`).join(''))
      if (jobs.length > limit) await io.stderr.write(`There are more; --limit ${limit * 10} shows them.\n`)
      return EXIT.ok
    }),
}

async function showDead({ io, given }: Call, client: Client): Promise<number> {
  const frames = await client.dead()
  const line = ({ at, key, reason, sample = '' }: DeadFrame) =>
    inertText(`${new Date(at).toISOString()}  ${key}: ${reason}  ${sample.slice(0, 60)}`.trimEnd())
  const lines = given.flag('json') ? frames.map(jsonLine) : frames.map((frame) => `${line(frame)}\n`)
  await io.stdout.write(
    frames.length === 0 && !given.flag('json') ? 'Nothing was set aside.\n' : lines.join(''),
  )
  return EXIT.ok
}

function queryOf(given: Given): { state?: JobState | undefined; task?: string | undefined } {
  return {
    state: given.choice('state', STATES),
    ...{ task: given.text('task'), queue: given.text('queue'), tag: given.text('tag') },
  }
}
