import assert from 'node:assert/strict'
import type { Transport } from '@hotline/core'
import type { Clause } from '../clause.ts'
import { waitFor } from '../patience.ts'
import { callsOf } from '../port-call.ts'
import { succeeded } from '../proposal.ts'
import type { Scene } from '../scene.ts'

/** Every method in every state of a transport: unopened, open, closing, closed, reopened. */
export const lifecycleClauses: readonly Clause[] = [
  { title: 'T1 unopened, every method rejects with CLOSED', prove: unopenedRejects },
  { title: 'T1 open, every method works; open is idempotent, also at once', prove: openWorks },
  { title: 'T1 closing settles every pending call', prove: closingSettles },
  {
    title: 'T1 closed, every method rejects with CLOSED; close is idempotent, also at once',
    prove: closedRejects,
  },
  { title: 'T1 a lease that is held at close is lost to its holder', prove: closeLosesLeases },
  { title: 'T1 close ends the readers that wait', prove: closeEndsReaders },
  { title: 'T1 reopened, every method works', prove: reopenedWorks },
  { title: 'T1 open and close in any order settle, and the last one counts', prove: anyOrderSettles },
  { title: 'T1 closing one transport disturbs no other', prove: othersGoOn },
]

async function unopenedRejects(scene: Scene): Promise<void> {
  await everyCallRejects(scene, await scene.connect())
}

async function openWorks(scene: Scene): Promise<void> {
  const transport = await scene.connect()
  await scene.ends(
    'three open() at once',
    Promise.all([transport.open(), transport.open(), transport.open()]),
  )
  await transport.open()
  await everyCallWorks(scene, transport)
}

async function closingSettles(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const pending = callsOf(scene, transport).map(({ name, call }) => ({ name, outcome: codeOf(call()) }))
  const closed = scene.ends('close() with calls pending', transport.close())
  for (const { name, outcome } of pending) {
    const code = await scene.ends(`${name}() to settle while the transport closes`, outcome)
    assert.ok(code === undefined || code === 'CLOSED', `${name}() rejected with ${code}, and not with CLOSED`)
  }
  await closed
}

async function closedRejects(scene: Scene): Promise<void> {
  const transport = await scene.open()
  await scene.ends(
    'three close() at once',
    Promise.all([transport.close(), transport.close(), transport.close()]),
  )
  await transport.close()
  await transport[Symbol.asyncDispose]()
  await everyCallRejects(scene, transport)
  const unused = await scene.connect()
  await scene.ends('close() of a transport that was never opened', unused.close())
}

async function closeLosesLeases(scene: Scene): Promise<void> {
  const transport = await scene.open()
  await scene.enqueue(transport)
  const lease = await scene.take(transport)
  const { lost } = lease
  await transport.close()
  await waitFor('lost to abort', scene.soonMs, () => lost.aborted)
  for (const code of [await codeOf(lease.extend()), await codeOf(lease.settle([succeeded(lease.job)]))]) {
    assert.ok(
      code === 'CLOSED' || code === 'LEASE_LOST',
      `rejected with ${code}, and not with CLOSED or LEASE_LOST`,
    )
  }
}

async function closeEndsReaders(scene: Scene): Promise<void> {
  const transport = await scene.open()
  await scene.enqueue(transport)
  const readers = [await scene.read(transport), await scene.read(transport, 'now')]
  await readers[0]?.untilType('job.queued')
  await transport.close()
  for (const reader of readers) await scene.ends('a reader whose transport was closed', reader.ended())
}

async function reopenedWorks(scene: Scene): Promise<void> {
  const transport = await scene.open()
  await transport.close()
  await scene.ends('open() after close()', transport.open())
  await everyCallWorks(scene, transport)
}

async function anyOrderSettles(scene: Scene): Promise<void> {
  const transport = await scene.connect()
  for (let round = 0; round < 5; round++) {
    const calls = [transport.open(), transport.close(), transport.open(), transport.close(), transport.open()]
    const codes = await scene.ends('open() and close() in a row', Promise.all(calls.map(codeOf)))
    assert.deepEqual(
      codes.filter((code) => code !== undefined && code !== 'CLOSED'),
      [],
    )
    await scene.ends('close()', transport.close())
    assert.equal(await codeOf(transport.queue.paused()), 'CLOSED')
  }
  await scene.ends('open()', transport.open())
  await everyCallWorks(scene, transport)
}

async function othersGoOn(scene: Scene): Promise<void> {
  const [leaving, staying] = await Promise.all([scene.open(), scene.open()])
  const reader = await scene.read(staying)
  const waiting = scene.reserve(staying)
  await leaving.close()
  const late = await scene.open()
  const record = await scene.enqueue(late)
  assert.equal((await scene.ends('the job', waiting))?.job.id, record.id)
  await reader.untilType('job.started', record.id)
}

async function everyCallRejects(scene: Scene, transport: Transport): Promise<void> {
  for (const { name, call } of callsOf(scene, transport)) {
    assert.equal(
      await scene.ends(`${name}()`, codeOf(call())),
      'CLOSED',
      `${name}() does not reject with CLOSED`,
    )
  }
}

async function everyCallWorks(scene: Scene, transport: Transport): Promise<void> {
  // For the call of reserve to find.
  await scene.enqueue(transport)
  for (const { name, call } of callsOf(scene, transport)) {
    assert.equal(await scene.ends(`${name}()`, codeOf(call())), undefined, `${name}() rejects`)
  }
}

/** The code that a call rejects with, or undefined when it resolves. */
async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
