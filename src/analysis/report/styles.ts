/** The stylesheet, as text. Light and dark by the reader's preference; prints without controls. */

const colours = `
:root {
  color-scheme: light dark;
  --ground: #faf9f6; --surface: #ffffff; --sunk: #f0efea; --ink: #1d2126; --muted: #5a626d; --line: #dcdbd4;
  --accent: #0a6b66; --high: #0b7a75; --low: #b4531a; --score: #4860a8; --good: #2b7a4b; --warn: #8a6100; --bad: #b3261e;
  --calibrated: #2b7a4b; --low-empty: #8bbf9b; --nothing: #d9a441; --shared: #e6cf96; --idle: #b9b8b2; --fits: #4860a8; --no-fit: #d5d9e6;
  --high-soft: #e3f1ef; --low-soft: #f8e9df; --score-soft: #e7ebf6; --bad-soft: #fbe9e7; --good-soft: #e4f2e8; --warn-soft: #f8efd8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --surface: #1b1f25; --sunk: #23282f; --ink: #e5e7ea; --muted: #a2abb6; --line: #333a43;
    --accent: #62cbbf; --high: #4fbfb3; --low: #ee9560; --score: #93a9ec; --good: #7fce9b; --warn: #e3bb5e; --bad: #ff9188;
    --calibrated: #58a877; --low-empty: #35674a; --nothing: #b98a35; --shared: #6d5a30; --idle: #5b6067; --fits: #7d94dc; --no-fit: #353d52;
    --high-soft: #17312f; --low-soft: #38261a; --score-soft: #232b42; --bad-soft: #3d201e; --good-soft: #1b3324; --warn-soft: #372d15;
  }
}`;

const base = `
* { box-sizing: border-box; }
html { scroll-padding-top: 5rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif; overflow-wrap: break-word; }
[hidden] { display: none !important; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
code, kbd, pre, .layer-name, .unit, .hash, .id { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; }
pre { background: var(--sunk); padding: .8rem 1rem; border-radius: 8px; overflow: auto; max-height: 26rem; white-space: pre-wrap; margin: .4rem 0; font-size: .84rem; line-height: 1.45; }
kbd { border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: 0 .35em; font-size: .78em; color: var(--muted); background: var(--surface); }
.muted { color: var(--muted); }
.number, td.number { font-variant-numeric: tabular-nums; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 2; background: var(--surface); padding: .4rem .8rem; }
header.site { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1.4rem; padding: .7rem clamp(1rem, 4vw, 3rem); border-bottom: 1px solid var(--line); background: var(--surface); font-size: .92rem; }
.home { font-weight: 650; color: var(--ink); text-decoration: none; display: inline-flex; align-items: center; gap: .45rem; }
.mark { width: 1.15rem; height: 1.15rem; fill: none; stroke: var(--accent); stroke-width: 2; stroke-linecap: round; }
header.site ol { list-style: none; display: flex; flex-wrap: wrap; margin: 0; padding: 0; }
header.site li + li::before { content: "/"; content: "/" / ""; color: var(--muted); margin: 0 .55rem; }
main { max-width: 92rem; margin: 0 auto; padding: 1.4rem clamp(1rem, 4vw, 3rem) 3rem; }
footer.site { border-top: 1px solid var(--line); padding: 1rem clamp(1rem, 4vw, 3rem) 2rem; color: var(--muted); font-size: .85rem; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.6vw, 2.2rem); line-height: 1.2; letter-spacing: -.015em; margin: 0; font-weight: 680; overflow-wrap: anywhere; }
h1 .layer-name, h1 .unit { font-size: .94em; } h1 .unit { color: var(--accent); }
h2 { font-size: 1.25rem; letter-spacing: -.01em; margin: 2.4rem 0 .7rem; line-height: 1.3; }
h3 { font-size: 1rem; margin: 0 0 .4rem; }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .9rem; margin: 1rem 0 .5rem; }
.lead { font-size: clamp(1.2rem, 1rem + .8vw, 1.55rem); line-height: 1.4; margin: .3rem 0 .4rem; max-width: 60rem; }
.lead.plain { font-size: 1.1rem; color: var(--muted); max-width: none; }
.lead.plain strong { color: var(--ink); }
.lead.without { color: var(--muted); font-style: italic; font-size: 1.15rem; }
.concept-line { margin: 0; color: var(--muted); }
.concept-line strong { color: var(--ink); }
.prose > p { max-width: 68ch; } .prose dl { columns: 2 32rem; column-gap: 3rem; margin: .5rem 0; } .prose dl > div { break-inside: avoid; max-width: 68ch; margin-bottom: .9rem; }
.prose dt { font-weight: 650; }
.prose dd { margin: .1rem 0 0; }
.high-word { color: var(--high); } .low-word { color: var(--low); }
.pair { display: grid; gap: 1.2rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); align-items: start; }
.pair.wide { gap: 0 3rem; }
.pair > * { min-width: 0; }
@media (max-width: 66rem) { .scroll { overflow-x: auto; position: relative; } }
@media (max-width: 79.9rem) { .scroll:has(> .full) { overflow-x: auto; position: relative; } }
.scroll:has(> .layers) { overflow-x: auto; position: relative; }
.button { display: inline-block; padding: .35rem .8rem; border: 1px solid var(--accent); border-radius: 7px; text-decoration: none; margin-right: .6rem; }
.notice { border-left: 4px solid var(--warn); background: var(--warn-soft); padding: .6rem 1rem; border-radius: 0 8px 8px 0; margin: .8rem 0; }
.notice.failed { border-color: var(--bad); background: var(--bad-soft); }
.notice p { margin: .1rem 0; } .notice pre { background: var(--surface); }
details > summary { cursor: pointer; color: var(--accent); width: fit-content; padding: .15rem 0; }
.neighbours, .pager { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1.4rem; font-size: .92rem; }
.neighbours a { text-decoration: none; } .neighbours a:hover { text-decoration: underline; }
.neighbours .keys { color: var(--muted); font-size: .85rem; margin-left: auto; }
.pager ol { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem; margin: .3rem 0; padding: 0; }
.pager li > * { display: inline-block; min-width: 2rem; padding: .1rem .4rem; text-align: center; border: 1px solid var(--line); border-radius: 6px; text-decoration: none; }
.pager [aria-current] { background: var(--accent); color: var(--ground); border-color: var(--accent); }`;

const figures = `
.figures { display: grid; grid-template-columns: repeat(3, 1fr); gap: .9rem; margin: 1.2rem 0 0; }
@media (max-width: 60rem) { .figures { grid-template-columns: repeat(2, 1fr); } }
@media (max-width: 34rem) { .figures { grid-template-columns: 1fr; } }
.figures > div { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: .8rem 1rem .9rem; }
.figures dt { color: var(--muted); font-size: .88rem; }
.figures dd { margin: 0; }
.figures b { display: block; font-size: 1.9rem; line-height: 1.25; letter-spacing: -.02em; font-weight: 650; font-variant-numeric: tabular-nums; }
.figures b.none { font-size: 1.2rem; line-height: 1.95; color: var(--muted); font-weight: 500; letter-spacing: 0; }
.figures span { font-size: .86rem; color: var(--muted); display: block; line-height: 1.4; }
.bar { display: block; width: 100%; height: .5rem; border-radius: 3px; overflow: hidden; }
.bar .track { fill: var(--sunk); } .bar .high { fill: var(--high); } .bar .low { fill: var(--low); } .bar .score { fill: var(--score); } .bar .muted { fill: var(--idle); }
.bar path { vector-effect: non-scaling-stroke; fill: none; stroke-width: 1px; stroke: var(--muted); }
.trace { display: block; width: 100%; height: 2.25rem; margin: .25rem 0; } .trace path { vector-effect: non-scaling-stroke; fill: none; } .trace .zero { stroke: var(--line); stroke-width: 1px; } .trace .line { stroke: var(--score); stroke-width: 1.5px; }
.bar .marker { stroke: var(--ink); stroke-width: 2px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .6rem 0; padding: 0; font-size: .86rem; color: var(--muted); }
.swatch { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; margin-right: .4rem; vertical-align: -.08rem; }
.bar .calibrated { fill: var(--calibrated); } .swatch.calibrated { background: var(--calibrated); }
.bar .low_empty { fill: var(--low-empty); } .swatch.low_empty { background: var(--low-empty); }
.bar .nothing_distinguishes { fill: var(--nothing); } .swatch.nothing_distinguishes { background: var(--nothing); }
.bar .high_empty { fill: var(--shared); } .swatch.high_empty { background: var(--shared); }
.bar .failed { fill: var(--bad); } .swatch.failed { background: var(--bad); }
.bar .left_out, .bar .skipped, .bar .partial { fill: var(--idle); } .swatch.left_out, .swatch.skipped, .swatch.partial { background: var(--idle); }
.bar .pending, .bar .absent { fill: var(--line); } .swatch.pending, .swatch.absent { background: var(--line); }
.bar .fits, .bar .no_null { fill: var(--fits); } .swatch.fits, .swatch.no_null { background: var(--fits); }
.bar .none_fits { fill: var(--no-fit); } .swatch.none_fits { background: var(--no-fit); }
.state { display: inline-block; font-size: .8rem; line-height: 1.3; padding: .18rem .6rem; border-radius: 99rem; background: var(--sunk); color: var(--muted); white-space: nowrap; }
.state.calibrated { background: var(--good-soft); color: var(--good); }
.state.low_empty { background: var(--good-soft); color: var(--good); }
.state.nothing_distinguishes, .state.high_empty, .state.few { background: var(--warn-soft); color: var(--warn); }
.state.failed { background: var(--bad-soft); color: var(--bad); }
.tag { display: inline-block; font-size: .8rem; padding: .05rem .5rem; border-radius: 5px; background: var(--sunk); color: var(--ink); }
.tag.none { color: var(--muted); font-style: italic; }`;

const tables = `
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 650; padding: 0 0 .4rem; }
caption .muted { font-weight: 400; }
th { text-align: left; font-weight: 600; }
td, th { vertical-align: top; padding: .45rem .7rem; }
td:first-child, th:first-child { padding-left: 0; } td:last-child, th:last-child { padding-right: 0; }
thead th { font-size: .82rem; color: var(--muted); border-bottom: 1px solid var(--line); vertical-align: bottom; line-height: 1.3; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody th { font-weight: 500; }
.plain td.number, .plain th.number { text-align: right; }
td.zero { color: var(--muted); }
abbr { text-decoration: none; }
.layers { font-size: .93rem; min-width: 58rem; } .layers td, .layers th { padding-left: .45rem; padding-right: .45rem; } .layers th:first-child { padding-left: 0; } .layers td:last-child, .layers th:last-child { padding-right: 0; } .layers thead th.number { width: 1%; }
.layers th[scope=row] { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .84rem; white-space: nowrap; }
.layers td:nth-child(3), .layers td:nth-child(4) { min-width: 7rem; }
.layers .bar { height: .6rem; margin-top: .5rem; }
.layers .share { font-size: .8rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.layers .clearest { width: 24%; min-width: 13rem; padding-left: 1.2rem; font-size: .88rem; line-height: 1.4; } .layers thead th:last-child { padding-left: 1.2rem; } .layers .clearest .muted { display: block; }
@media (max-width: 90rem) { .layers { font-size: .88rem; } .layers td, .layers th { padding-left: .3rem; padding-right: .3rem; } .layers th:first-child { font-size: .8rem; padding-left: 0; } .layers td:nth-child(3), .layers td:nth-child(4) { min-width: 5.2rem; } .layers .clearest, .layers thead th:last-child { min-width: 10.5rem; padding-left: .8rem; } .layers .clearest { font-size: .84rem; } }
.neurons { font-size: .93rem; min-width: 52rem; table-layout: fixed; }
.neurons th:nth-child(1) { width: 4.6rem; } .neurons th:nth-child(3) { width: 17%; } .neurons th:nth-child(4) { width: 7.5rem; } .neurons th:nth-child(5) { width: 17%; } .neurons th:nth-child(6) { width: 12rem; }
.neurons thead th { position: sticky; top: 0; background: var(--ground); z-index: 1; }
.neurons th[scope=row] { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.neurons tbody tr:hover > * { background: var(--sunk); } .neurons tbody tr:target > * { background: var(--score-soft); }
.neurons .bar { height: .35rem; margin-top: .2rem; }
.without { color: var(--muted); font-style: italic; } .without .best { display: block; font-style: normal; font-size: .88em; }
thead button { font: inherit; color: inherit; background: none; border: 0; padding: .15rem 0; cursor: pointer; text-align: left; }
thead button:hover { color: var(--ink); text-decoration: underline; }
thead button::after { content: " ↕"; content: " ↕" / ""; opacity: .5; } [aria-sort=ascending] button::after { content: " ↑"; content: " ↑" / ""; opacity: 1; } [aria-sort=descending] button::after { content: " ↓"; content: " ↓" / ""; opacity: 1; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem .7rem; align-items: center; margin: 1rem 0; padding: .7rem .9rem; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; font-size: .92rem; }
.controls input[type=search], .controls select { font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--muted); border-radius: 6px; padding: .25rem .5rem; min-width: 0; }
.controls input[type=search] { flex: 1 1 14rem; max-width: 26rem; } .controls label.check { margin-left: .4rem; } .controls output { margin-left: auto; color: var(--muted); font-variant-numeric: tabular-nums; }
.links { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; font-size: .86rem; } .links a { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .95em; }
.facts { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .35rem 1.4rem; margin: .4rem 0 .8rem; }
.facts dt { color: var(--muted); } .facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.facts.inline { font-size: .88rem; gap: .15rem 1rem; margin-top: .7rem; }`;

const neuron = `
.exemplars { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; border-collapse: separate; border-spacing: 0; overflow: hidden; table-layout: fixed; }
.exemplars caption { padding: 0 .2rem .45rem; }
.exemplars th:first-child { width: 2.2rem; padding-left: .9rem; } .exemplars th:nth-child(2) { width: 6.6rem; } .exemplars td:last-child, .exemplars th:last-child { padding-right: .9rem; }
.exemplars thead th { padding-top: .5rem; } .exemplars.high { border-top: 3px solid var(--high); } .exemplars.low { border-top: 3px solid var(--low); }
.exemplars td.number { font-size: .9rem; } .exemplars td .bar { margin-top: .3rem; }
.exemplars tbody th { color: var(--muted); font-variant-numeric: tabular-nums; }
.caption { margin: .15rem 0 .35rem; line-height: 1.45; } .missing { margin: .2rem 0; font-size: .86rem; color: var(--bad); }
audio { display: block; width: 100%; max-width: 24rem; height: 2.2rem; }
.id { display: block; font-size: .74rem; color: var(--muted); margin-top: .25rem; overflow-wrap: anywhere; }
.answer { margin: .2rem 0 .7rem; }
.concepts th, .concepts td { padding-top: .32rem; padding-bottom: .32rem; } .concepts th:first-child { width: 1%; } .concepts td:last-child { width: 40%; } .concepts .bar { height: .75rem; margin-top: .38rem; }
.concepts td.number { width: 1%; text-align: right; white-space: nowrap; } .concepts tr.best td { font-weight: 650; } .concepts.times th { white-space: nowrap; }
.sentences { list-style: none; margin: 0; padding: 0; }
.sentences li { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: 0 0 .8rem; } .sentences p { margin: 0; }
.sentences .kept { border-color: var(--good); } .sentences .struck { border-color: var(--bad); } .sentences .struck > p:first-child { color: var(--muted); } del { text-decoration-color: var(--bad); text-decoration-thickness: 2px; }
.why { font-size: .86rem; color: var(--muted); } .why b { color: var(--ink); } .why .kept-word { color: var(--good); } .why .struck-word { color: var(--bad); }
.words > div { display: grid; grid-template-columns: 7rem 1fr; gap: .2rem .8rem; margin: 0 0 .6rem; } .words dt { color: var(--muted); padding-top: .15rem; } .words dd { margin: 0; }
.chips { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .35rem; }
.chip { border: 1px solid var(--line); background: var(--surface); border-radius: 99rem; padding: .08rem .7rem; font-size: .92rem; }
.chip .support { font-size: .76rem; color: var(--muted); font-weight: 600; font-variant-numeric: tabular-nums; } .chip .verdict { font-size: .76rem; color: var(--muted); }
.chip.yes { background: var(--good-soft); border-color: var(--good); } .chip.yes .mark-text { color: var(--good); } .chip.unjudged { border-style: dashed; } .chip.no > span:nth-child(2) { color: var(--muted); } .chip.negated > span:nth-child(2) { text-decoration: line-through; }`;

const activations = `
.answer.named { font-size: 1.06rem; margin-bottom: .2rem; } .answer.named::first-letter { text-transform: uppercase; } ul.named { padding-left: 1.2rem; margin: .4rem 0; } ul.named li { margin: .2rem 0; }
.beside { display: block; font-size: .86em; color: var(--muted); font-weight: 400; }
.neurons th[scope=row] .beside { font-family: system-ui, sans-serif; font-size: .8em; overflow-wrap: anywhere; }
.neurons.full { min-width: 74rem; } .neurons.full th:nth-child(1) { width: 7rem; } .neurons.full th:nth-child(3) { width: 12%; } .neurons.full th:nth-child(4) { width: 5.5rem; } .neurons.full th:nth-child(5) { width: 14%; } .neurons.full th:nth-child(6) { width: 13%; } .neurons.full th:nth-child(7) { width: 12%; } .neurons.full th:nth-child(8) { width: 11.5rem; }
.followed { max-width: 62rem; font-size: .93rem; } .followed th[scope=row] { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .84rem; white-space: nowrap; } .followed .bar { height: .6rem; margin-top: .5rem; min-width: 7rem; } .followed .item { white-space: nowrap; margin-right: 1.1rem; }
.concepts.labels { max-width: 62rem; } .labels th[scope=row] { width: 14rem; min-width: 11rem; overflow-wrap: anywhere; font-weight: 500; } .rest th[scope=row] { min-width: 8rem; max-width: 24rem; overflow-wrap: anywhere; } .labels td:last-child { min-width: 8rem; } .labels .own > * { background: var(--score-soft); } .labels .own > :first-child { box-shadow: -.4rem 0 0 var(--score-soft); } .labels td, .labels thead th:nth-child(n+2):nth-child(-n+4) { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; width: 1%; } .labels .gap td { color: var(--muted); font-size: .84rem; text-align: left; }
.range { display: block; width: 100%; height: 1rem; margin-top: .25rem; } .range path { vector-effect: non-scaling-stroke; fill: none; } .range .zero { stroke: var(--line); stroke-width: 1px; } .range .span { stroke: var(--high); stroke-width: 2px; opacity: .55; } .range .mean { stroke: var(--high); stroke-width: 9px; stroke-linecap: round; } .labels .own .span, .labels .own .mean { stroke: var(--score); }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 1.1rem 1.6rem; margin: .8rem 0 1rem; } .plots figure { margin: 0; min-width: 0; max-width: 30rem; display: flex; flex-direction: column; } .plots .plot { margin-top: auto; } .plots figcaption { font-size: .86rem; line-height: 1.4; margin-bottom: .3rem; overflow-wrap: anywhere; }
.plot { display: block; width: 100%; height: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.plot .axes { fill: none; stroke: var(--muted); stroke-width: 1; opacity: .7; } .plot text { font-size: 11px; fill: var(--muted); text-anchor: middle; } .plot .side text { text-anchor: end; }
.plot .dots { fill: none; stroke: var(--score); stroke-width: 4; stroke-linecap: round; opacity: .6; } .plot .curve { fill: none; stroke: var(--low); stroke-width: 2; stroke-linejoin: round; }
.plot .cell { fill: var(--score); } .plot .shade-0 { opacity: .22; } .plot .shade-1 { opacity: .38; } .plot .shade-2 { opacity: .55; } .plot .shade-3 { opacity: .75; } .plot .shade-4 { opacity: 1; }
.rest { font-size: .88rem; width: auto; } .rest td, .rest th { padding: .2rem .9rem .2rem 0; } .rest td { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .rest thead th + th { text-align: right; } .rest .note, .rest thead th.note { text-align: left; white-space: normal; color: var(--muted); } details > .rest, details > .scroll { margin: .4rem 0; }`;

const narrowAndPrint = `
@media (max-width: 44rem) {
  .facts, .words > div { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .5rem; }
  .neighbours a { text-decoration: none; } .neighbours a:hover { text-decoration: underline; }
.neighbours .keys { display: none; } .controls output { margin-left: 0; }
}
@media print {
  :root { --ground: #fff; --surface: #fff; --ink: #000; --muted: #444; }
  body { font-size: 10pt; } header.site, .skip, .neighbours, .pager, .controls, audio, thead button::after { display: none !important; }
  main { max-width: none; padding: 0; } .scroll { overflow: visible; } .layers, .neurons { min-width: 0; } pre { max-height: none; }
  tr, li, .figures > div { break-inside: avoid; } thead { display: table-header-group; } .neurons thead th { position: static; }
  figure { break-inside: avoid; } .neurons.full { min-width: 0; } .bar, .swatch, .state, .chip, .range, .plot { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }`;

/** Everything, in cascade order. */
export const stylesheet = `${[colours, base, figures, tables, neuron, activations, narrowAndPrint].join("\n").trim()}\n`;
