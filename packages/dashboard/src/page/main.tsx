import { render } from 'preact'
import { App } from './app.tsx'
import { follow } from './connection.ts'
import { PageModel } from './page-model.ts'

/** The page is drawn so often at most: fast enough for the eye, and cheap however many events come. */
const DRAW_MS = 60
/** Times that pass are drawn without any event. */
const TICK_MS = 1000

const model = new PageModel()
const root = document.getElementById('page')
let isDue = false

function draw(): void {
  isDue = false
  if (root !== null) render(<App model={model} />, root)
}

function changed(): void {
  if (isDue) return
  isDue = true
  setTimeout(draw, DRAW_MS)
}

addEventListener('hashchange', draw)
setInterval(changed, TICK_MS)
follow(model, changed)
draw()
