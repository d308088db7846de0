/** `npm run bench`: measures hotline against peers, in rounds that alternate, and prints medians. */
import { parseArgs } from 'node:util'
import { checkChoice } from '@hotline/core'
import type { Contest, Outcome } from './contest.ts'
import { hold } from './contest.ts'
import { flatness } from './flatness.ts'
import { footprint } from './footprint.ts'
import { describeMachine } from './machine.ts'
import { makespan } from './makespan.ts'
import { postgresFlatness } from './postgres/postgres-flatness.ts'
import { postgresLatency } from './postgres/postgres-latency.ts'
import { postgresStall } from './postgres/postgres-stall.ts'
import { postgresThroughput } from './postgres/postgres-throughput.ts'
import { postgresVacuum } from './postgres/postgres-vacuum.ts'
import { rabbitmqLatency } from './rabbitmq/rabbitmq-latency.ts'
import { rabbitmqThroughput } from './rabbitmq/rabbitmq-throughput.ts'
import { redisEvents } from './redis/redis-events.ts'
import { redisFlatness } from './redis/redis-flatness.ts'
import { redisLatency } from './redis/redis-latency.ts'
import { redisThroughput } from './redis/redis-throughput.ts'
import { tableOf } from './table.ts'
import { throughput } from './throughput.ts'

const CONTESTS: readonly Contest[] = [
  makespan,
  throughput,
  flatness,
  footprint,
  redisLatency,
  redisThroughput,
  redisEvents,
  redisFlatness,
  postgresLatency,
  postgresThroughput,
  postgresFlatness,
  postgresStall,
  postgresVacuum,
  rabbitmqLatency,
  rabbitmqThroughput,
]
const LEAST_ROUNDS = 5
const USAGE = `Usage: npm run bench -- [--only NAME] [--rounds N] [--json]

  --only NAME   One of: ${CONTESTS.map(({ name }) => name).join(', ')}. Default: all
  --rounds N    Rounds of each, ${LEAST_ROUNDS} or more. Default: ${LEAST_ROUNDS}
  --json        JSON on stdout

Exit code 0 when every target is met, 1 when one is missed, 2 for a wrong option.
Close what else runs on the machine first.`

process.exitCode = await main()

async function main(): Promise<number> {
  const options = readOptions()
  if (typeof options === 'string') {
    console.error(options)
    return options === USAGE ? 0 : 2
  }
  const outcomes: Outcome[] = []
  for (const contest of CONTESTS) {
    if (options.only !== undefined && contest.name !== options.only) continue
    const onRound = (round: number) =>
      console.error(`${contest.name}: ${round === 0 ? 'warming up' : `round ${round} of ${options.rounds}`}`)
    outcomes.push(await hold(contest, options.rounds, onRound))
  }
  const machine = describeMachine()
  console.log(options.json ? JSON.stringify({ machine, outcomes }, null, 2) : tableOf(machine, outcomes))
  return outcomes.every(({ verdicts }) => verdicts.every(({ isMet }) => isMet)) ? 0 : 1
}

/** What was asked for, or the text that says what is wrong with it. */
function readOptions(): { only: string | undefined; rounds: number; json: boolean } | string {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        rounds: { type: 'string', default: String(LEAST_ROUNDS) },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) return USAGE
    if (values.only !== undefined)
      checkChoice(
        'contest',
        values.only,
        CONTESTS.map(({ name }) => name),
      )
    const rounds = Number(values.rounds)
    if (!Number.isInteger(rounds) || rounds < LEAST_ROUNDS)
      return `--rounds takes a number from ${LEAST_ROUNDS} on.`
    return { only: values.only, rounds, json: values.json }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`
  }
}
