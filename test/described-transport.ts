import type { Transport, TransportDescription } from '@hotline/core'

/** A transport, made from its description as another process does it. */
export async function describedTransport({
  module,
  name,
  options,
}: TransportDescription): Promise<Transport> {
  const exported: { readonly [name: string]: unknown } = await import(module)
  const create = exported[name]
  if (typeof create !== 'function') throw new Error(`${module} has no function ${name}.`)
  return create(options)
}
