"""The one style sheet of all pages: light and dark by the system's wish, from 320 px up, no script, nothing fetched."""

import base64
import hashlib

SHEET = """
:root { color-scheme: light dark; --page: #f5f6f8; --card: #fff; --text: #1a1f36; --soft: #4f566b; --line: #d5dbe4;
  --field: #fff; --accent: #4338ca; --on-accent: #fff; --link: #4338ca; --good: #0b6b3a; --good-back: #e3f5ea;
  --bad: #a61b1b; --bad-back: #fdecec; --note: #6b4a00; --note-back: #fff6db; --note-line: #efd894;
  --shade: 0 1px 2px rgba(26, 31, 54, .06), 0 8px 24px rgba(26, 31, 54, .06); }
@media (prefers-color-scheme: dark) { :root { --page: #0e1116; --card: #171b22; --text: #eef1f6; --soft: #aab3c2;
  --line: #333b48; --field: #0e1116; --accent: #5850e6; --on-accent: #fff; --link: #b3b5ff; --good: #7fe0a8;
  --good-back: #10301f; --bad: #ffb0b0; --bad-back: #3a1517; --note: #f4d98a; --note-back: #2a230d;
  --note-line: #5c4c18; --shade: none; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI",
  Roboto, "Helvetica Neue", "Noto Sans", sans-serif; overflow-wrap: anywhere; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem; }
.sandbox { margin: 0; padding: .5rem 1rem; text-align: center; font-size: .875rem; background: var(--note-back);
  color: var(--note); border-bottom: 1px solid var(--note-line); }
.top, main, footer { width: min(100% - 2rem, 66rem); margin-inline: auto; }
.narrow main, .narrow .top, .narrow footer { width: min(100% - 2rem, 30rem); }
.top { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 1.5rem 0 1rem; }
.top > a { white-space: nowrap; flex: none; }
.brand { display: flex; align-items: center; gap: .625rem; font-weight: 600; }
.brand span { display: grid; place-items: center; flex: none; width: 2rem; height: 2rem; border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font-size: .9375rem; }
main { padding-bottom: 2rem; }
footer { padding: 1rem 0 2rem; color: var(--soft); font-size: .8125rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: 1.125rem; line-height: 1.3; margin: 0 0 1rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0 0 1rem; } p:last-child { margin-bottom: 0; }
a { color: var(--link); text-underline-offset: .15em; }
.soft { color: var(--soft); } .small { font-size: .875rem; }
.price { font-size: 2.25rem; font-weight: 650; line-height: 1.15; letter-spacing: -.02em; margin: 0 0 .25rem;
  font-variant-numeric: tabular-nums; }
.two { display: grid; gap: 1.5rem; align-items: start; }
@media (min-width: 56rem) { .two { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 3rem; }
  .two > .summary { position: sticky; top: 1.5rem; padding-top: 1rem; } }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem;
  box-shadow: var(--shade); margin-bottom: 1.5rem; }
@media (min-width: 40rem) { .card { padding: 1.75rem; } }
.card > :last-child { margin-bottom: 0; }
dl { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .5rem 0; margin: 0; }
dt { padding-right: 1rem; } dl + form { margin-top: 1.5rem; }
dt { color: var(--soft); } dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
dl .total { font-weight: 600; color: var(--text); padding-top: .75rem; border-top: 1px solid var(--line); }
.facts { grid-template-columns: minmax(5.5rem, 9rem) minmax(0, 3fr); } .facts dd { text-align: left; }
ul.plain { list-style: none; margin: 0 0 1.25rem; padding: 0; }
ul.plain > li { display: flex; flex-wrap: wrap; align-items: center;
  justify-content: space-between; gap: .25rem 1rem; padding: .875rem 0;
  border-top: 1px solid var(--line); }
ul.plain > li:first-child { border-top: 0; padding-top: 0; } ul.plain:last-child { margin-bottom: 0; }
.summary ul.plain > li { align-items: flex-start; }
.grow { flex: 1 1 12rem; min-width: 0; } .amount { font-variant-numeric: tabular-nums; white-space: nowrap; }
form { margin: 0; } fieldset { border: 0; margin: 0 0 1.25rem; padding: 0; min-width: 0; }
legend { font-weight: 600; padding: 0; margin-bottom: .75rem; font-size: 1.0625rem; }
label, .label { display: block; font-weight: 550; font-size: .9375rem; margin-bottom: .3rem; }
.field { margin-bottom: 1rem; } .hint { color: var(--soft); font-size: .875rem; margin: .3rem 0 0; }
.field.hint { margin: 1rem 0; } fieldset .field:last-child { margin-bottom: 0; }
input, select, textarea { width: 100%; min-height: 2.75rem; padding: .55rem .75rem; border: 1px solid #78839a;
  border-radius: .5rem; background: var(--field); color: var(--text); font: inherit; }
input[type=checkbox], input[type=radio] { width: 1.125rem; min-height: 0; height: 1.125rem; flex: none;
  margin: .2rem 0 0; accent-color: var(--accent); }
.check { display: flex; gap: .625rem; align-items: flex-start; font-weight: 400; margin-bottom: .75rem; }
.options { border: 1px solid var(--line); border-radius: .625rem; overflow: hidden; }
.options .check { margin: 0; padding: .75rem .875rem; border-top: 1px solid var(--line); }
.options .check:first-child { border-top: 0; }
.options .check:has(:checked) { background: color-mix(in srgb, var(--accent) 10%, transparent); }
.row { display: grid; gap: 0 1rem; } @media (min-width: 30rem) { .row { grid-template-columns: 1fr 1fr; } }
.inline { display: flex; gap: .5rem; align-items: end; flex-wrap: wrap; } .inline .field { flex: 0 1 9rem; margin: 0; }
.code { margin-bottom: 1.25rem; } .code .inline { align-items: end; } .code .field { flex: 1 1 9rem; }
.inline label { font-size: .8125rem; font-weight: 400; color: var(--soft); } .inline { margin-top: .5rem; }
button, .button { display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem;
  padding: .55rem 1.125rem; border: 1px solid transparent; border-radius: .5rem; background: var(--accent);
  color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { filter: brightness(1.08); }
.wide { width: 100%; min-height: 3rem; }
.quiet { background: transparent; color: var(--text); border-color: #78839a; }
.bad-button { background: transparent; color: var(--bad); border-color: currentColor; }
.actions { display: flex; flex-wrap: wrap; gap: .625rem; margin-top: 1rem; } li .actions { margin-top: 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.alert { border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1.25rem; }
.alert.bad { background: var(--bad-back); color: var(--bad); }
.alert.good { background: var(--good-back); color: var(--good); }
.alert.note { background: var(--note-back); color: var(--note); }
.tag { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-size: .8125rem; font-weight: 600;
  border: 1px solid var(--line); color: var(--soft); white-space: nowrap; }
.tag.good { background: var(--good-back); color: var(--good); border-color: transparent; }
.tag.bad { background: var(--bad-back); color: var(--bad); border-color: transparent; }
.tag.note { background: var(--note-back); color: var(--note); border-color: transparent; }
table { width: 100%; border-collapse: collapse; } caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
th, td { text-align: left; padding: .625rem .5rem .625rem 0; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; color: var(--soft); font-weight: 550; font-size: .875rem; }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding: .625rem 0 .625rem .75rem; }
.once { white-space: nowrap; }
.vh { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
@media (min-width: 40rem) { .if-narrow { display: none; } }
@media (max-width: 39.99rem) { .if-wide { display: none; } }
.scroll { overflow-x: auto; } .totals { margin: 1rem 0 0 auto; max-width: 22rem; } td p { margin: 0; }
code { font-size: .9em; }
summary { cursor: pointer; font-weight: 550; padding: .25rem 0; } details { margin-bottom: 1rem; }
.stamp { font-size: 2rem; line-height: 1; margin-bottom: .75rem; }
""".strip()
_DIGEST = base64.b64encode(hashlib.sha256(SHEET.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; frame-ancestors 'none'"
"""No `form-action`: browsers apply it to where a form's answer redirects to, which is the shop's own address."""
