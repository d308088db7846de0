/**
 * A client and a worker of one process may be given the same transport. Each opens it and closes it for itself; the
 * connection ends with the last of them.
 */
import type { Transport } from './transport.ts'

const users = new WeakMap<Transport, number>()

/** Opens the transport, or joins those who have it open. Pair each call with one of {@link closeShared}. */
export async function openShared(transport: Transport): Promise<void> {
  users.set(transport, (users.get(transport) ?? 0) + 1)
  try {
    await transport.open()
  } catch (error) {
    users.set(transport, (users.get(transport) ?? 1) - 1)
    throw error
  }
}

/** Leaves the transport, and closes it if nobody else has it open. */
export async function closeShared(transport: Transport): Promise<void> {
  const left = (users.get(transport) ?? 1) - 1
  users.set(transport, left)
  if (left <= 0) await transport.close()
}
