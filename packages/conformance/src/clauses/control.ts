import assert from 'node:assert/strict'
import type { ControlMessage, Transport } from '@hotline/core'
import type { Clause } from '../clause.ts'
import { pass, waitFor } from '../patience.ts'
import { presenceOf } from '../presence.ts'
import { cancelling } from '../proposal.ts'
import type { Scene } from '../scene.ts'
import { accepted } from '../scene.ts'

/** What reaches those who listen, and who is there. */
export const controlClauses: readonly Clause[] = [
  { title: 'C1 every listener hears every broadcast', prove: everyoneHears },
  { title: 'C2 nobody hears after he stopped listening', prove: silenceAfterUnlisten },
  { title: 'C3 a cancel that no message told of reaches the holder within one lease', prove: cancelArrives },
  { title: 'C4 a worker that beats is on the list, and one that leaves is not', prove: beatsAndLeaves },
  { title: 'C4 a silent worker is lost once, and leaves the list', prove: silentIsLost },
]

async function everyoneHears(scene: Scene): Promise<void> {
  const transports = await Promise.all([scene.open(), scene.open(), scene.open()])
  const heard = await Promise.all(transports.map(listener))
  const twice = await listener(transports[0])
  const messages: readonly ControlMessage[] = [drain('w1'), cancel('w2'), drain('w3')]
  for (const message of messages) await transports[1].control.broadcast(message)
  for (const { messages: got } of [...heard, twice]) {
    await waitFor('three messages', scene.soonMs, () => got.length >= 3)
    assert.deepEqual(got, messages)
  }
}

async function silenceAfterUnlisten(scene: Scene): Promise<void> {
  const [sender, hearer] = await Promise.all([scene.open(), scene.open()])
  const [gone, stays] = [await listener(hearer), await listener(hearer)]
  await sender.control.broadcast(drain('before'))
  await waitFor('the first message', scene.soonMs, () => gone.messages.length === 1)
  await gone.unlisten()
  await gone.unlisten()
  for (const worker of ['after', 'last']) await sender.control.broadcast(drain(worker))
  await waitFor('the other listener to hear the rest', scene.soonMs, () => stays.messages.length === 3)
  assert.deepEqual(gone.messages, [drain('before')])
}

/** Broadcasts are at most once; so the holder learns of it by its next renewal, which is due within a lease. */
async function cancelArrives(scene: Scene): Promise<void> {
  const [worker, client] = await Promise.all([scene.open(), scene.open()])
  const record = await scene.enqueue(client)
  const lease = await scene.nextIs(worker, record)
  assert.equal((await lease.extend()).cancel, undefined)
  accepted(await client.log.append([cancelling(lease.job)]))
  const renewed = await lease.extend()
  assert.equal(renewed.cancel?.reason, 'user left')
  assert.equal(renewed.state, 'running')
}

async function beatsAndLeaves(scene: Scene): Promise<void> {
  const [one, two] = await Promise.all([scene.open(), scene.open()])
  const first = presenceOf('w1', 5_000)
  await one.control.beat(first)
  await one.control.beat(presenceOf('w2', 5_000))
  await listed(scene, two, ['w1', 'w2'])
  const seen = (await two.control.workers()).find(({ worker }) => worker === 'w1')
  assert.ok(seen)
  assert.deepEqual({ ...seen, seenAt: 0 }, { ...first, seenAt: 0 })
  await one.control.beat({ ...first, state: 'draining', running: 0 })
  await waitFor('the newer beat', scene.soonMs, async () => {
    const [known] = (await two.control.workers()).filter(({ worker }) => worker === 'w1')
    return known?.state === 'draining' && known.running === 0
  })
  await one.control.leave('w1')
  await listed(scene, two, ['w2'])
  const history = await scene.history(two)
  assert.deepEqual(history.ofType('worker.lost'), [], 'who says goodbye is not lost')
}

async function silentIsLost(scene: Scene): Promise<void> {
  const [transport, other] = await Promise.all([scene.open(), scene.open()])
  const reader = await scene.read(other)
  const everyMs = 150
  const beat = (worker: string) => transport.control.beat(presenceOf(worker, everyMs))
  await beat('silent')
  let isOver = false
  const beating = (async () => {
    for (; !isOver; await pass(everyMs / 3)) await beat('lively')
  })()
  try {
    const event = await reader.untilType('worker.lost')
    assert.equal(event.worker, 'silent')
    await listed(scene, other, ['lively'])
    await beat('second')
    await reader.until('the second loss', () => reader.ofType('worker.lost').length >= 2)
  } finally {
    isOver = true
    await beating
  }
  await reader.until('the third loss', () => reader.ofType('worker.lost').length >= 3)
  const losses = reader.ofType('worker.lost').map(({ worker }) => worker)
  assert.deepEqual(losses, ['silent', 'second', 'lively'])
  await listed(scene, other, [])
}

interface Listener {
  readonly messages: ControlMessage[]
  readonly unlisten: () => Promise<void>
}

async function listener(transport: Transport): Promise<Listener> {
  const messages: ControlMessage[] = []
  const unlisten = await transport.control.listen((message) => messages.push(message))
  return { messages, unlisten }
}

async function listed(scene: Scene, transport: Transport, expected: readonly string[]): Promise<void> {
  await waitFor(`the list of workers to be: ${expected.join(', ')}`, scene.soonMs, async () => {
    const workers = (await transport.control.workers()).map(({ worker }) => worker)
    return workers.toSorted().join() === expected.join()
  })
}

function drain(worker: string): ControlMessage {
  return { type: 'drain', worker }
}

function cancel(jobId: string): ControlMessage {
  return { type: 'cancel', jobId, attempt: 1 }
}
