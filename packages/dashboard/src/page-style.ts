/** The style of the page: quiet, dense, and after the taste of the system for light or dark. */
export const pageStyle: string = `
:root{color-scheme:light dark;
--ground:light-dark(#f6f6f4,#111214);--panel:light-dark(#fff,#191a1d);--line:light-dark(#e4e4df,#292b2f);
--text:light-dark(#1b1c1e,#e3e4e6);--quiet:light-dark(#6b6d73,#8f9299);--hover:light-dark(#f2f3f0,#202226);
--running:light-dark(#2563c9,#6ea8fe);--succeeded:light-dark(#25804a,#57b97c);--failed:light-dark(#c0362c,#f0776c);
--retrying:light-dark(#a86a08,#e0a84a);--faint:light-dark(#c9b48c,#6b5a38);
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
*{box-sizing:border-box}
html,body{height:100%;margin:0}
body{font:13px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;color:var(--text);background:var(--ground)}
#page{height:100%;display:flex;flex-direction:column}
a{color:inherit;text-decoration:none}
h1,h2,h3,p,figure,dl,dd{margin:0}
b{font-weight:600}
button,input{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:5px;padding:3px 9px}
button{cursor:pointer}
button:hover{background:var(--hover)}
button.danger{color:var(--failed);border-color:currentColor}
:focus-visible{outline:2px solid var(--running);outline-offset:1px}
header{display:flex;align-items:center;gap:18px;padding:9px 16px;border-bottom:1px solid var(--line);background:var(--panel)}
.name{font-weight:700;font-size:15px;letter-spacing:-.02em}
.status{display:flex;align-items:center;gap:7px;color:var(--quiet);min-width:0}
.status i{flex:none;width:8px;height:8px;border-radius:50%;background:var(--quiet)}
.status.good i{background:var(--succeeded)}
.status.bad{color:var(--failed);font-weight:600}.status.bad i{background:var(--failed)}
.board{flex:1;min-height:0;display:grid;grid-template-columns:minmax(330px,26%) 1fr;gap:12px;padding:12px}
aside,.board>section{display:flex;flex-direction:column;gap:12px;min-height:0;min-width:0}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:8px;min-width:0}
h2{font-size:12px;font-weight:600;color:var(--quiet);padding:9px 12px 5px;display:flex;justify-content:space-between}
h2 span{font-weight:400}
.empty{color:var(--quiet);padding:10px 12px}
.num,time,.id{font-variant-numeric:tabular-nums}
.num{text-align:right}
.id,pre,code{font-family:var(--mono);font-size:12px}
.id{color:var(--quiet)}
.tone.running{--tone:var(--running)}.tone.succeeded{--tone:var(--succeeded)}.tone.failed{--tone:var(--failed)}
.tone.retrying{--tone:var(--retrying)}.tone.lost{--tone:var(--failed)}.tone.faint{--tone:var(--faint)}
.tone{color:var(--tone,var(--quiet))}
.slots{flex:none;max-height:55%;overflow:auto;padding-bottom:6px}
.worker{padding:3px 12px 8px}
h3{font-size:12px;font-weight:400;display:flex;gap:8px;align-items:baseline;color:var(--quiet);padding:2px 0 4px}
h3 b{color:var(--text);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.worker h3 span{margin-left:auto;white-space:nowrap}
h3 em{font-style:normal}
.slot{position:relative;display:flex;gap:8px;align-items:center;
height:26px;padding:0 8px;border-radius:4px;margin-top:2px;background:var(--ground);overflow:hidden;white-space:nowrap}
.slot span{overflow:hidden;text-overflow:ellipsis}
.slot .task{flex:1;min-width:60px}.slot .num{min-width:44px}.slot .no{width:14px}
.slot .no,.slot .idle{color:var(--quiet)}
.slot.busy{background:color-mix(in srgb,var(--running) 11%,var(--panel))}
.slot.busy:hover{background:color-mix(in srgb,var(--running) 18%,var(--panel))}
.slot .bar{position:absolute;left:0;bottom:0;height:2px;background:var(--running);transition:width .2s}
.paused{display:flex;gap:5px;align-items:center;padding:4px 12px;color:var(--retrying)}
.paused button{margin-left:auto}
.feed{flex:1;min-height:0;overflow:auto;padding-bottom:6px}
.feed p:not(.empty){display:grid;grid-template-columns:60px 104px minmax(0,1fr);gap:8px;padding:1px 12px;white-space:nowrap}
.feed p>*{overflow:hidden;text-overflow:ellipsis}
.feed time,.events time{color:var(--quiet)}
.feed b,.events b{font-weight:500}
.feed a:hover{text-decoration:underline}
.charts{display:grid;grid-template-columns:1fr 1fr;gap:12px}
figure{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:9px 12px}
figcaption{display:flex;gap:12px;font-size:12px;font-weight:600;color:var(--quiet);white-space:nowrap;overflow:hidden}
figcaption span{font-weight:400}
.key{display:flex;align-items:center;gap:5px}
.key:first-of-type,figcaption span+.key:nth-of-type(2){margin-left:auto}
.key i{width:8px;height:8px;border-radius:2px;background:var(--tone)}
svg{display:block;width:100%;height:64px;margin-top:7px;border-bottom:1px solid var(--line)}
path.tone{fill:var(--tone)}
path.line{fill:none;stroke:var(--tone);stroke-width:1.5;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.jobs{flex:1;min-height:0;display:flex;flex-direction:column;overflow:hidden}
.filters{display:flex;flex-wrap:wrap;gap:5px;padding:9px 12px}
.filters button{border-color:transparent;background:none;padding:3px 8px}
.filters button b{font-variant-numeric:tabular-nums;color:var(--text);margin-left:2px}
.filters button:hover{background:var(--hover)}
.filters button[aria-pressed=true]{background:var(--ground);border-color:var(--line)}
.filters input{margin-left:auto;flex:1;min-width:190px;max-width:360px}
.row{display:grid;grid-template-columns:96px minmax(90px,1.1fr) 78px minmax(60px,.6fr) 74px 58px 76px minmax(110px,2fr);gap:12px;
align-items:center;height:28px;padding:0 12px;white-space:nowrap;border-top:1px solid color-mix(in srgb,var(--line) 55%,transparent)}
.row>*{overflow:hidden;text-overflow:ellipsis}
.row:not(.head):hover{background:var(--hover)}
.row.head{color:var(--quiet);font-size:12px;border-color:var(--line);padding-right:22px}
.row .time{text-align:left;color:var(--quiet)}
.dot{display:inline-block;width:7px;height:7px;border-radius:50%;background:currentColor;margin-right:7px}
.rows{flex:1;min-height:0;overflow-y:scroll;overflow-x:hidden;border-top:1px solid var(--line)}
.detail{color:var(--quiet);display:block}.detail.error{color:var(--failed)}
.gauge{display:inline-block;vertical-align:middle;width:90px;height:5px;border-radius:3px;background:var(--line);margin-right:8px;overflow:hidden}
.gauge i{display:block;height:100%;background:var(--running)}
footer{padding:5px 12px;color:var(--quiet);font-size:12px;border-top:1px solid var(--line)}
.job{flex:1;min-height:0;overflow:auto;padding:14px 16px 30px;display:flex;flex-direction:column;gap:12px;max-width:1180px;width:100%;margin:0 auto}
.job>*{flex:none}
h1{font-size:17px;font-weight:600;display:flex;flex-wrap:wrap;align-items:center;gap:10px}
h1 .id{font-weight:400}
.pill{font-size:12px;padding:2px 9px;border-radius:20px;border:1px solid currentColor}
.actions{margin-left:auto;display:flex;gap:6px;align-items:center;font-size:13px;font-weight:400}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));padding:5px 12px 8px}
.facts div{padding:5px 12px 5px 0;min-width:0}
dt{color:var(--quiet);font-size:12px}dd{overflow-wrap:anywhere}
pre{margin:0;padding:4px 12px 12px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
.attempts article{border-top:1px solid var(--line);padding:7px 12px 9px}
.attempts h3{flex-wrap:wrap}
.thrown{margin:4px 0 4px 2px;padding-left:12px;border-left:2px solid color-mix(in srgb,var(--failed) 55%,transparent)}
.thrown p{white-space:pre-wrap;overflow-wrap:anywhere}
.thrown pre{padding:3px 0 5px}.thrown .stack{color:var(--quiet)}
.events p{display:grid;grid-template-columns:28px 66px 76px 110px minmax(0,1fr);gap:10px;padding:2px 12px}
.events p:last-child{padding-bottom:9px}
.events span:last-child{color:var(--quiet);overflow-wrap:anywhere}
.events span.num{color:var(--quiet);white-space:nowrap}
@media (max-width:900px){.board{display:flex;flex-direction:column;overflow:auto}.board>section{min-height:640px;flex:none}aside{flex:none}
.slots{max-height:none}.feed{max-height:220px}.charts{grid-template-columns:1fr}
.row{grid-template-columns:88px minmax(80px,1fr) 72px 58px minmax(90px,1.4fr)}.row>:nth-child(4),.row>:nth-child(5),.row>:nth-child(6){display:none}}
`
