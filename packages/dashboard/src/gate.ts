/**
 * Who may come in. A request passes these in order, and the first that it fails answers:
 *
 *   host     named in `hosts`, or loopback: a page of another site whose name was made to point here (DNS rebinding)
 *            comes with its own name
 *   peer     without `auth`, whoever is known to come from another machine is refused
 *   auth     the application's own word, if it gave one
 *   site     data and actions only for the page itself: the browser says where a request comes from (Sec-Fetch-Site,
 *            https://www.w3.org/TR/fetch-metadata/, or Origin), and an action has to come with either
 */
import { isIPv4 } from 'node:net'
import { replyText } from './reply.ts'

/** Says whether a request may come in; a `Response` is the answer to one that may not, such as a redirect to a login. */
export type Auth = (request: Request) => boolean | Response | Promise<boolean | Response>

export interface GateRules {
  readonly auth: Auth | undefined
  /** Names beside those of loopback; `undefined` = any, which takes an `auth`. */
  readonly hosts: readonly string[] | undefined
}

/** What the server knows of a request beyond the request. */
export interface RequestFacts {
  /** Address of the other end of the connection. */
  readonly peer?: string | undefined
}

/** The answer for a request that may not come in; `undefined` for one that may. */
export async function refusal(
  request: Request,
  { peer }: RequestFacts,
  { auth, hosts }: GateRules,
): Promise<Response | undefined> {
  const name = hostName(request)
  const isAnyHost = auth !== undefined && hosts === undefined
  if (!isAnyHost && !isLoopback(name) && !hosts?.includes(name)) return replyText(403, UNKNOWN_HOST)
  if (auth === undefined) {
    const isFar = peer !== undefined && !isLoopback(peer)
    return isFar ? replyText(403, FAR_AWAY) : undefined
  }
  const verdict = await auth(request)
  if (verdict instanceof Response) return verdict
  return verdict ? undefined : replyText(401, 'You have to sign in to see this.')
}

/** The answer for a request for data, or an action, that another site has sent. */
export function siteRefusal(request: Request): Response | undefined {
  const site = request.headers.get('sec-fetch-site')
  const isAction = request.method !== 'GET' && request.method !== 'HEAD'
  if (site !== null) {
    if (site === 'same-origin' || (site === 'none' && !isAction)) return undefined
    return replyText(403, OTHER_SITE)
  }
  const origin = request.headers.get('origin')
  if (origin === null) return isAction ? replyText(403, NO_ORIGIN) : undefined
  return URL.parse(origin)?.host === hostOf(request) ? undefined : replyText(403, OTHER_SITE)
}

/** Whether it is a name, or an address, of this machine that no other can use. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '')
  if (address === '::1' || /^(.+\.)?localhost\.?$/i.test(address)) return true
  return isIPv4(address) && address.startsWith('127.')
}

/** The name that the client used, without port, in lower case. */
function hostName(request: Request): string {
  return URL.parse(`http://${hostOf(request)}`)?.hostname.toLowerCase() ?? ''
}

function hostOf(request: Request): string {
  return request.headers.get('host') ?? new URL(request.url).host
}

const UNKNOWN_HOST =
  'This dashboard does not answer to that host name. Without `auth` it answers on loopback only; ' +
  'with it, name the host in `hosts`.'
const FAR_AWAY = 'This dashboard has no `auth`, so it answers this machine only.'
const OTHER_SITE = 'The request comes from another site.'
const NO_ORIGIN =
  'An action has to come from the page itself, with the header Sec-Fetch-Site or Origin. Use the hotline command instead.'
