import type { Address } from '@hotline/conformance'

/** Where the server of a URL listens. */
export function addressOf(url: string, defaultPort: number): Address {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || defaultPort) }
}

/** The same server and user by way of another address, such as a proxy's. */
export function urlTo(original: string, address: Address | undefined): string {
  if (address === undefined) return original
  const url = new URL(original)
  url.hostname = address.host
  url.port = String(address.port)
  return url.href
}
