import { createHash, timingSafeEqual } from 'node:crypto'
import { InvalidOptionError } from '@hotline/core'
import type { Auth } from './gate.ts'
import { replyText } from './reply.ts'

/** A shorter one is found by trying. */
const SHORTEST = 16

/**
 * Lets in whoever has the token: as `Authorization: Bearer <token>`, or as the password of HTTP Basic, which browsers ask
 * for by themselves, with any user name.
 * @throws InvalidOptionError for a token of less than 16 characters
 */
export function tokenAuth(token: string): Auth {
  if (token.length < SHORTEST) {
    const problem = `The token has ${token.length} characters.`
    const cure = `Give one of ${SHORTEST} or more, such as from \`openssl rand -hex 16\`.`
    throw new InvalidOptionError({ option: 'token', problem, cure })
  }
  const expected = digestOf(token)
  return (request) => {
    const given = tokenIn(request.headers.get('authorization') ?? '')
    if (given !== undefined && timingSafeEqual(digestOf(given), expected)) return true
    return replyText(401, 'Give the token, as password or as Authorization: Bearer.', {
      'www-authenticate': 'Basic realm="hotline", charset="UTF-8"',
    })
  }
}

function tokenIn(header: string): string | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+)$/i.exec(header) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const credentials = Buffer.from(value, 'base64').toString()
  const colon = credentials.indexOf(':')
  return colon === -1 ? undefined : credentials.slice(colon + 1)
}

/** Of one length, whatever was given, so that the comparison takes the same time. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
