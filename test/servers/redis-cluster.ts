import { setTimeout } from 'node:timers/promises'
import { PrivateRedis } from './private-redis.ts'

const HALVES = [
  ['0', '8191'],
  ['8192', '16383'],
] as const
const START_LIMIT_MS = 20_000

/** Two nodes of a test's own, each with half of the slots, so that a client that asks the wrong one is sent on. */
export class RedisCluster implements AsyncDisposable {
  readonly nodes: readonly PrivateRedis[]

  private constructor(nodes: readonly PrivateRedis[]) {
    this.nodes = nodes
  }

  static async start(): Promise<RedisCluster> {
    const settings = { 'cluster-enabled': 'yes', appendonly: 'yes' }
    const nodes = await Promise.all(HALVES.map(() => PrivateRedis.start(settings)))
    for (const [index, node] of nodes.entries())
      await node.command('CLUSTER', 'ADDSLOTSRANGE', ...(HALVES[index] ?? []))
    const [first, second] = nodes
    await first?.command('CLUSTER', 'MEET', '127.0.0.1', String(second?.port))
    await Promise.all(nodes.map(untilWhole))
    return new RedisCluster(nodes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()))
  }
}

async function untilWhole(node: PrivateRedis): Promise<void> {
  const giveUp = AbortSignal.timeout(START_LIMIT_MS)
  while (!String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
    if (giveUp.aborted) throw new Error(`The cluster was not whole within ${START_LIMIT_MS} ms.`)
    await setTimeout(50)
  }
}
