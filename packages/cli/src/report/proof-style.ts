/** The style of a proof's page, in the colours that the reader's system prefers. */
export const PROOF_STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2024; --quiet: #687076; --rule: #e4e7eb; --good: #2f7d4f;
  --bad: #c4314b; --warning: #9a6700; --bar: #7fa6d6; --area: #dfe9f5; --lost: #c4314b; --other: #b9bec5 }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e2e6ea; --quiet: #8d969f; --rule: #2a2f35;
  --good: #5fbf85; --bad: #f0647c; --warning: #d9a441; --bar: #4f7cb4; --area: #1e2b3b; --lost: #f0647c; --other: #565d66 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1160px; padding: 28px 30px 40px; background: var(--paper); color: var(--ink);
  font: 14px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums }
header p { margin: 0; color: var(--quiet) }
h1 { margin: 2px 0 4px; font-size: 22px; font-weight: 600; letter-spacing: -.01em }
h2 { margin: 30px 0 8px; font-size: 13px; font-weight: 600 }
h1.proved { color: var(--good) } h1.refuted { color: var(--bad) } h1.unprovable { color: var(--warning) }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 0; margin: 20px 0 0;
  border-top: 1px solid var(--rule) }
dl div { padding: 8px 0 7px; border-bottom: 1px solid var(--rule) }
dt { color: var(--quiet); font-size: 12px } dd { margin: 0; font-size: 16px }
dd.bad { color: var(--bad) }
table { border-collapse: collapse } th, td { padding: 4px 24px 4px 0; text-align: right; border-bottom: 1px solid var(--rule) }
th { color: var(--quiet); font-weight: 400; font-size: 12px } th:first-child, td:first-child { text-align: left }
td.bad { color: var(--bad) }
pre { margin: 0; padding: 10px 12px; border: 1px solid var(--rule); overflow-x: auto; font: 12px/1.5 ui-monospace, monospace }
.quiet, footer { color: var(--quiet) } footer { margin-top: 30px; font-size: 12px }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, sans-serif }
svg text { fill: var(--quiet) } .tick { text-anchor: middle } .slot { text-anchor: end } svg .name { fill: var(--ink) }
.grid, .rule { stroke: var(--rule); fill: none } .limit { stroke: var(--bad); stroke-dasharray: 4 3; fill: none }
.running { fill: var(--area) } rect.running, path.running.bar { fill: var(--area) }
.succeeded { fill: var(--bar) } .failed, .lost { fill: var(--lost) }
.retrying, .fenced { fill: var(--warning) } .cancelled, .released { fill: var(--other) }
.guilty { stroke: var(--bad); stroke-width: 2 }
.key { display: flex; gap: 16px; margin: 6px 0 0; padding: 0; list-style: none; color: var(--quiet); font-size: 12px }
.key svg { display: inline-block; width: 10px; height: 10px; margin-right: 5px }
`
