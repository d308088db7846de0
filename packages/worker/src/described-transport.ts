import type { Transport, TransportDescription } from '@hotline/core'
import { checkTransport, InvalidOptionError } from '@hotline/core'

/** Makes a transport from its description, in the thread or process that calls. @throws InvalidOptionError */
export async function describedTransport(description: TransportDescription): Promise<Transport> {
  const { module, name, options } = description
  const exported: { readonly [name: string]: unknown } = await import(module)
  const make = exported[name]
  if (typeof make === 'function') return checkTransport(make(options))
  throw new InvalidOptionError({
    option: 'transport',
    problem: `The description of the transport says that ${module} exports a function \`${name}\`, and it does not.`,
    cure: 'Mend the `description` of the adapter, or leave it out.',
  })
}
