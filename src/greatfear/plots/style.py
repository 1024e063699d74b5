"""The style sheet of the report, for screen and print."""

from __future__ import annotations

CSS = """
:root { --ink: #222; --grey: #6a6a6a; --line: #d5d5d5; }
* { box-sizing: border-box; }
body { font: 15px/1.5 Georgia, 'Times New Roman', serif; color: var(--ink);
  max-width: 70rem; margin: 2rem auto; padding: 0 1.5rem; }
h1, h2, h3, th, nav, figcaption, .label { font-family: Helvetica, Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; border-top: 1px solid var(--line); padding-top: 1.2rem; margin: 2.2rem 0 .6rem; }
p { max-width: 46rem; }
.sub, figcaption, .note { color: var(--grey); font-size: .86rem; }
nav { font-size: .86rem; margin: 1rem 0; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; }
nav a { color: #0b5394; }
.slim { display: none; }
figure { margin: 1rem 0; }
figure svg:not(.mark, .mark *) { max-width: 100%; height: auto; display: block; }
.mark { display: block; overflow: visible; }
.plot { overflow: hidden; }
.drawn { overflow-x: auto; padding: 2px 0; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 0 2rem; }
.columns figure { min-width: 0; }
figure h3 { font-size: .95rem; margin: .2rem 0; }
input { font: inherit; padding: .2rem .4rem; border: 1px solid var(--grey); border-radius: 3px; }
#summary > p:first-of-type { font-size: 1.05rem; max-width: 50rem; }
table { border-collapse: collapse; width: 100%; font-size: .84rem; margin: .6rem 0; }
th, td { text-align: left; vertical-align: top; padding: .28rem .6rem .28rem 0; border-bottom: 1px solid var(--line); }
th { font-size: .76rem; border-bottom: 1.5px solid var(--ink); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 1rem; }
.scroll { overflow-x: auto; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .9rem 1.6rem; margin: 1rem 0; }
.facts .n { font: bold 1.35rem/1.1 Helvetica, Arial, sans-serif; font-variant-numeric: tabular-nums; }
.facts .label { font-size: .78rem; color: var(--grey); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem; background: #f6f6f6; padding: .7rem .9rem; }
code { font-size: .86em; overflow-wrap: anywhere; }
details > summary { cursor: pointer; font-family: Helvetica, Arial, sans-serif; font-size: .86rem; margin: .5rem 0; }
@media screen and (max-width: 700px) {
  body { padding: 0 .9rem; margin: 1rem auto; }
  h1 { font-size: 1.35rem; }
  .facts { grid-template-columns: 1fr 1fr; }
  .mark .minor { display: none; }
  th.n, #parameters td.n { white-space: normal; }
  #parameters td { overflow-wrap: anywhere; }
  #parameters td:first-child { min-width: 7rem; }
  #parameters td:nth-child(3) { overflow-wrap: normal; }
  table.wide { min-width: 44rem; }
  figure > svg:not(.mark) { max-width: none; width: 42rem; }
  figure.narrow > svg:not(.mark) { width: 100%; }
  figure { overflow-x: auto; }
  .slim { display: block; } .broad { display: none; }
}
@page { size: A4; margin: 16mm 14mm; }
h3 { font-size: .95rem; margin: 1.1rem 0 .2rem; }
@media print {
  body { font-size: 9.5pt; max-width: none; margin: 0; padding: 0; }
  nav, summary, .onscreen { display: none; }
  figure svg:not(.mark, .mark *) { max-height: 118mm; max-width: 100%; width: auto; }
  input, label, button, #seen { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
  h2 { break-after: avoid; margin-top: 1.2rem; }
  .drawn, figure > svg, .facts, tr { break-inside: avoid; }
  h3, .drawn, figcaption { break-after: avoid; }
  thead { display: table-header-group; }
  table { font-size: 7.6pt; }
  th.n { white-space: normal; }
  table.wide { font-size: 6.4pt; }
  .wide th, .wide td { padding-right: .3rem; }
  figure details table { margin-top: 0; }
  figure.narrow > svg:not(.mark) { max-height: 225mm; }
  .scroll, .drawn { overflow: visible; }
  .drawn > .mark[viewBox] { max-width: 100%; height: auto; }
  figure details:has(th:nth-child(2):last-child) { columns: 3; }
  a { color: inherit; text-decoration: none; }
}
"""
