let bundled: Promise<string> | undefined

/** The program of the page. In the published package it is a text; from sources it is bundled when first asked for. */
export function pageProgram(): Promise<string> {
  bundled ??= import('./bundle-page.ts').then(({ bundlePage }) => bundlePage())
  return bundled
}
