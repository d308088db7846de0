import assert from 'node:assert/strict'
import { audit } from './audit.ts'
import type { CreateBackend, Wanted } from './backend.ts'
import type { Clause } from './clause.ts'
import type { ClauseGroup } from './clause-group.ts'
import { groupsOf, summaryOf } from './clause-group.ts'
import type { Link } from './scene.ts'
import { Scene } from './scene.ts'

/** The two functions of a test runner that the suite needs. Those of vitest and of node:test fit as they are. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  test(name: string, options: { readonly timeout: number }, body: () => Promise<void>): unknown
}

export interface ConformanceOptions {
  /** Of the transport: `redis`. */
  readonly name: string
  readonly runner: Runner
  /** A new backend for each test. */
  readonly create: CreateBackend
}

/** Long enough for a loaded machine to renew in time, short enough to wait for a lapse. */
const LEASE_MS = 1_000
const RETENTION_MS = 3_600_000

/**
 * Declares the suite: every clause that applies to the backends that `create` makes, as one test each. No clause can be
 * skipped, and no option changes what a clause demands.
 *
 * One backend is made at once, to see which groups apply; so await the call at the top of the test file. Rejects with
 * what `create` rejects with.
 */
export async function conformance({ name, runner, create }: ConformanceOptions): Promise<void> {
  const probe = await create({ leaseMs: LEASE_MS, retentionMs: RETENTION_MS })
  const { leaseMs } = probe.connect().limits
  const groups = groupsOf(probe)
  const summary = summaryOf(probe)
  await probe.destroy()
  // Every wait of a clause has its own limit; this one is for a body that hangs in spite of that.
  const timeout = 600_000 + 40 * leaseMs
  runner.describe(`${name} conforms`, () => {
    runner.test(summary, { timeout }, () => sameGroups(create, groups))
    for (const { title, link, clauses } of groups) {
      runner.describe(title, () => {
        for (const clause of clauses)
          runner.test(clause.title, { timeout }, () => prove(clause, link, create))
      })
    }
  })
}

/** A backend of a later test has what the first one had, or the tests would not be those that were declared. */
async function sameGroups(create: CreateBackend, groups: readonly ClauseGroup[]): Promise<void> {
  const backend = await create({ leaseMs: LEASE_MS, retentionMs: RETENTION_MS })
  const titles = groupsOf(backend).map((group) => group.title)
  await backend.destroy()
  assert.deepEqual(
    titles,
    groups.map((group) => group.title),
  )
}

async function prove(clause: Clause, link: Link, create: CreateBackend): Promise<void> {
  const wanted: Wanted = { leaseMs: LEASE_MS, retentionMs: RETENTION_MS, ...clause.wanted }
  const scene = new Scene(await create(wanted), link)
  try {
    await clause.prove(scene)
    await audit(scene, await scene.open())
  } catch (error) {
    // What fails after a failure is a consequence, and not worth hiding the cause for.
    await scene.close().catch(() => {})
    throw error
  }
  await scene.close()
}
