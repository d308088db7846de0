import type { Transport } from '@hotline/core'

/** Deletes all that the transport's namespace holds, on the backends that keep anything. */
export async function wipe(transport: Transport): Promise<void> {
  if ('wipe' in transport && typeof transport.wipe === 'function') await transport.wipe()
}
