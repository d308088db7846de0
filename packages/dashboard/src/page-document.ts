import { createHash } from 'node:crypto'
import { pageProgram } from './page-program.ts'
import { pageStyle } from './page-style.ts'

/** The page, and the policy that allows its own script and style by their hashes, and no other. */
export interface PageDocument {
  readonly html: string
  readonly policy: string
}

let made: Promise<PageDocument> | undefined

/** Made once: everything that changes comes later, as data. */
export function pageDocument(): Promise<PageDocument> {
  made ??= make()
  return made
}

async function make(): Promise<PageDocument> {
  // A script ends at the first `</script`, wherever it stands.
  const program = (await pageProgram()).replaceAll('</script', '<\\/script')
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">',
    `<title>hotline</title><style>${pageStyle}</style></head>`,
    `<body><div id="page"></div><script>${program}</script></body></html>`,
  ].join('')
  return { html, policy: policyOf(program) }
}

/** https://www.w3.org/TR/CSP3/: nothing by default; by hash the two texts above; data from where the page came from. */
function policyOf(program: string): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${sha256(program)}'`,
    `style-src 'sha256-${sha256(pageStyle)}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
