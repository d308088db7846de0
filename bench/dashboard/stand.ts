import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Client, Transport } from '@hotline/core'
import { createClient } from '@hotline/core'
import { createDashboard, nodeListener } from '@hotline/dashboard'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] as const

/** A dashboard of a transport, and pages of Chromium that look at it. */
export class Stand {
  readonly client: Client
  readonly #browser: Browser
  readonly #url: string
  readonly #close: () => void

  private constructor(client: Client, browser: Browser, url: string, close: () => void) {
    this.client = client
    this.#browser = browser
    this.#url = url
    this.#close = close
  }

  /** @throws Error that says what is missing */
  static async open(transport: Transport): Promise<Stand> {
    const executablePath = PROGRAMS.find((program) => existsSync(program))
    if (executablePath === undefined)
      throw new Error('No Chromium is installed. Install the package chromium.')
    const client = createClient({ transport })
    const dashboard = createDashboard({ client })
    const server = createServer(nodeListener(dashboard)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = address === null || typeof address === 'string' ? 0 : address.port
    const args = ['--no-sandbox', '--disable-background-networking']
    const browser = await chromium.launch({ executablePath, args })
    return new Stand(client, browser, `http://127.0.0.1:${port}/`, () => {
      dashboard.close()
      server.closeAllConnections()
      server.close()
    })
  }

  /** A page that has all jobs. */
  async visit(): Promise<Page> {
    const page = await this.#browser.newPage({ viewport: { width: 1400, height: 800 } })
    await page.goto(this.#url, { waitUntil: 'commit' })
    return page
  }

  async close(): Promise<void> {
    await this.#browser.close()
    this.#close()
    await this.client.close()
  }
}

/** Runs in the page: looks at each frame, and says when the one before it was painted. */
const PAINTED = `([wanted, words]) => new Promise((resolve) => {
  const look = () => {
    const isThere = [...document.querySelectorAll(wanted)].some((one) => one.textContent.startsWith(words))
    requestAnimationFrame(isThere ? () => resolve(Date.now()) : look)
  }
  look()
})`

/** Resolves with the clock of the page, in ms since 1970, when something that fits is on the screen. */
export async function untilPainted(page: Page, selector: string, text: string): Promise<number> {
  const arg = JSON.stringify([selector, text])
  return Number(await page.evaluate(`(${PAINTED})(${arg})`))
}
