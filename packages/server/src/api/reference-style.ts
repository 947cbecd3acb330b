/** Look of the reference page, and the policy that lets the page load nothing but it. */

import { createHash } from 'node:crypto';

export const REFERENCE_STYLE = `
:root { color-scheme: light dark; --ink: #1b2430; --soft: #55606e; --line: #d5dbe3; --paper: #fff; --shade: #f4f6f9;
  --link: #0b57a4; --mark: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9f0; --soft: #a3adba; --line: #38424f; --paper: #12171e;
  --shade: #1b222c; --link: #8cc2ff; --mark: #ffc069; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
.layout { display: grid; grid-template-columns: 16rem minmax(0, 1fr); max-width: 80rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 1.5rem 1rem; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav li { margin: .3rem 0; }
main { padding: 1.5rem; min-width: 0; }
section { border-top: 1px solid var(--line); padding: 1.5rem 0; }
h1 { margin-top: 0; } h2 { margin: 0 0 .5rem; } h3 { font-size: 1.05rem; margin: 1.25rem 0 .4rem; }
code, pre { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: 6px; padding: .8rem; overflow: auto; }
.method { font-weight: 700; } .soft { color: var(--soft); } .mark { color: var(--mark); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); padding: .4rem .6rem .4rem 0; }
code, a { overflow-wrap: anywhere; }
pre code { overflow-wrap: normal; }
td:first-child code { white-space: nowrap; }
summary { cursor: pointer; font-weight: 700; padding: .4rem 0; }
@media (min-width: 52.01rem) { @supports selector(::details-content) {
  summary { display: none; } nav details::details-content { content-visibility: visible; } } }
@media (max-width: 52rem) { .layout { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; max-height: none; padding: 1rem 1.5rem 0; } main { padding: 1rem 1.5rem; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  table, tbody, tr, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0; } td { border: 0; padding: .1rem 0; overflow-wrap: anywhere; }
  td:empty { display: none; } td:first-child code { white-space: normal; font-weight: 700; }
  td:not(:first-child)::before { content: attr(data-head) ": "; color: var(--soft); } }
`;

const styleHash = createHash('sha256').update(REFERENCE_STYLE).digest('base64');

export const REFERENCE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
