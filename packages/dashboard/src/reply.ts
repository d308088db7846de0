/** Headers of every answer. `no-store`: what is shown was true at one moment. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** An answer with the headers that all have. */
export function reply(
  body: string | ReadableStream<Uint8Array> | null,
  type: string,
  {
    status = 200,
    headers = {},
  }: { readonly status?: number; readonly headers?: Record<string, string> } = {},
): Response {
  return new Response(body, { status, headers: { ...HEADERS, 'content-type': type, ...headers } })
}

export function replyText(status: number, text: string, headers: Record<string, string> = {}): Response {
  return reply(`${text}\n`, 'text/plain; charset=utf-8', { status, headers })
}

export function replyJson(value: unknown): Response {
  return reply(JSON.stringify(value), 'application/json; charset=utf-8')
}
