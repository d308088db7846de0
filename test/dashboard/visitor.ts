import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { serverSuite } from '../server-suite.ts'
import { startChromium } from '../servers/chromium.ts'

/** Found by `servers/setup.ts`. */
const program = process.env.HOTLINE_CHROMIUM ?? ''

/** How long anything may take to be seen: a browser beside other tests on two cores is slow at times. */
export const LIMIT = { timeout: 45_000 } as const

/** Opens pages in the Chromium of the file. */
export type Visit = (url: string) => Promise<Page & AsyncDisposable>

/** Declares tests in Chromium, and leaves them out where there is none: the set-up has said so then, and ends a run in CI. */
export function describeChromium(name: string, body: (visit: Visit) => void): void {
  vi.setConfig({ testTimeout: 90_000 })
  serverSuite(
    name,
    program !== '',
  )(() => {
    let browser: Browser
    beforeAll(async () => {
      browser = await startChromium(program)
    }, 90_000)
    afterAll(() => browser.close())
    body((url) => visit(browser, url))
  })
}

/** A page on its own, which must meet no error and no violation of its policy. */
async function visit(browser: Browser, url: string): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 600 } })
  const page = await context.newPage()
  const errors: string[] = []
  page.setDefaultTimeout(LIMIT.timeout)
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted Type/i.test(message.text())) errors.push(message.text())
  })
  await page.goto(url)
  return Object.assign(page, {
    [Symbol.asyncDispose]: async () => {
      await context.close()
      expect(errors).toEqual([])
    },
  })
}

/** The row of a job in the list. */
export function rowOf(page: Page, id: string): ReturnType<Page['locator']> {
  return page.locator(`.rows a[href="#/jobs/${id}"]`)
}

/** Waits until one of the elements has the text, and is seen. */
export function untilText(page: Page, selector: string, text: string): Promise<void> {
  return page.locator(selector, { hasText: text }).first().waitFor()
}
