// The lab works without this file. It replaces the page without a flash, lets one drag a range of dates, and adds keys.
"use strict";
(() => {
  const own = (url) => url.origin === location.origin && !/\.(csv|parquet|json|svg|png|bib|gexf|graphml)$/.test(url.pathname);
  let asked = 0;

  async function go(href, how) {
    const mine = ++asked;
    document.body.classList.add("busy");
    const focus = document.activeElement && document.activeElement.id;
    let answer;
    try { answer = await fetch(href, { headers: { accept: "text/html" } }); } catch { location.href = href; return; }
    if (!(answer.headers.get("content-type") || "").startsWith("text/html")) { location.href = href; return; }
    const text = await answer.text();
    if (mine !== asked) return;
    const next = new DOMParser().parseFromString(text, "text/html");
    if (next.querySelector("script[src$='editor.js'], script[src$='job.js']")) { location.href = href; return; }
    const from = new URL(location.href), to = new URL(answer.url);
    if (how === "push") history.pushState(null, "", answer.url + new URL(href, location).hash);
    document.title = next.title;
    document.body.className = next.body.className;
    for (const name of ["data-steps", "data-close", "data-refresh"]) {
      if (next.body.hasAttribute(name)) document.body.setAttribute(name, next.body.getAttribute(name));
      else document.body.removeAttribute(name);
    }
    for (const part of ["header.top", "main", "footer.foot"]) {
      const old = document.querySelector(part), fresh = next.querySelector(part);
      if (old && fresh) old.replaceWith(document.adoptNode(fresh));
    }
    if (from.pathname !== to.pathname && how === "push") { scrollTo(0, 0); document.getElementById("main").focus({ preventScroll: true }); }
    else if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
    wake();
  }

  let waiting = 0;
  function wake() {
    const nav = document.querySelector(".top nav"), here = nav && nav.querySelector("[aria-current]");
    if (here) nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
    clearTimeout(waiting);
    if (document.body.dataset.refresh) waiting = setTimeout(() => go(location.href, "pop"), 1000 * Number(document.body.dataset.refresh));
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
    if (matchMedia("(max-width: 800px)").matches) for (const part of document.querySelectorAll("details.facets")) part.open = false;
  }

  // ---- links and forms
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    button.disabled = true;
    const said = document.createElement("span");
    said.className = "said"; said.setAttribute("role", "status");
    for (const old of button.parentElement.querySelectorAll(".said")) old.remove();
    button.after(said);
    const asked = button.dataset.do, [verb, ...rest] = asked.split(":"), name = encodeURIComponent(rest.join(":"));
    const path = { stop: `/job/${name}/stop`, "go-on": `/job/${name}/go-on`, get: `/data/${name}/get` }[verb] || "/jobs";
    said.textContent = { get: "Fetching …", stop: "Stopping …" }[verb] || "Starting …";
    const answer = await fetch(path, {
      method: "POST", headers: { "content-type": "application/json", "x-lab": "1" }, body: path === "/jobs" ? asked : "{}",
    });
    const told = await answer.json();
    if (told.address && verb === "stop") return;  // the page watches its job; opened anew it could cut off a "Go on" pressed meanwhile
    if (told.address) location.href = told.address;
    else if (told.ask && confirm(told.message)) { button.dataset.do = JSON.stringify({ ...JSON.parse(asked), sure: true }); button.disabled = false; button.click(); }
    else { button.disabled = false; said.className = "said fault"; said.textContent = told.message || ""; }
  });
  document.addEventListener("click", (event) => {
    const copied = event.target.closest("[data-copy]");
    if (copied) {  // an address in the page stands for its text, any other for the address of the page
      const what = copied.dataset.copy;
      navigator.clipboard.writeText(what.startsWith("#") ? document.getElementById(what.slice(1)).textContent : location.href);
      return;
    }
    const link = event.target.closest("a[href]");
    if (link && /\.png(\?|$)/.test(link.getAttribute("href"))) { event.preventDefault(); asPng(link.getAttribute("href")); return; }
    if (!link || event.button || event.ctrlKey || event.metaKey || event.altKey || link.hasAttribute("data-plain") || link.target) return;
    if (event.shiftKey && !link.dataset.not) return;
    const url = new URL(event.shiftKey ? link.dataset.not : link.getAttribute("href"), location);
    if (!own(url) || (url.hash && url.pathname === location.pathname)) return;
    event.preventDefault();
    go(url.href, "push");
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get") return;
    event.preventDefault();
    const url = new URL(form.getAttribute("action"), location);
    for (const [name, value] of new FormData(form)) if (value !== "") url.searchParams.append(name, value);
    url.search = url.search.replaceAll("+", "%20");
    go(url.href, "push");
  });
  document.addEventListener("input", (event) => {
    const list = event.target.list;
    if (list) {  // a formula: what stands before the last + stays, the last term is completed
      const head = event.target.value.match(/^.*[+]\s*/s);
      for (const one of list.options) { one.dataset.term ||= one.value; one.value = (head ? head[0] : "") + one.dataset.term; }
    }
    if (event.target.type === "range") {  // sliders beside a field write into it, the lower value first
      const form = event.target.form, into = event.target.dataset.into;
      const all = [...form.querySelectorAll(`[data-into="${into}"]`)].map((one) => Number(one.value));
      form.elements[into].value = all.sort((a, b) => a - b).join(":");
    }
  });
  document.addEventListener("change", (event) => { if (event.target.type === "range") event.target.form.requestSubmit(); });
  addEventListener("popstate", () => go(location.href, "pop"));

  // ---- a figure as PNG: drawn from its SVG, with the citation as a text chunk
  const crc = (bytes) => {
    let sum = ~0;
    for (const one of bytes) { sum ^= one; for (let k = 0; k < 8; k += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0); }
    return ~sum >>> 0;
  };
  function withText(png, key, words) {
    const body = new TextEncoder().encode(`iTXt${key}\0\0\0\0\0${words}`), chunk = new Uint8Array(body.length + 8), view = new DataView(chunk.buffer);
    view.setUint32(0, body.length - 4); chunk.set(body, 4); view.setUint32(body.length + 4, crc(body));
    return new Blob([png.slice(0, 33), chunk, png.slice(33)], { type: "image/png" });  // behind the header, which has 33 bytes
  }
  async function asPng(href) {
    const text = await (await fetch(href.replace(/\.png(?=\?|$)/, ".svg"))).text();
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (svg.localName !== "svg") { location.href = href; return; }
    const image = new Image(), canvas = document.createElement("canvas");
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    canvas.width = 2 * image.width; canvas.height = 2 * image.height;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#ffffff"; pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const link = document.createElement("a"), told = svg.querySelector("metadata");
    link.href = URL.createObjectURL(withText(new Uint8Array(await drawn.arrayBuffer()), "Description", told ? told.textContent : ""));
    link.download = new URL(href, location).pathname.split("/").slice(-2).join("-");
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // ---- the range of dates
  const DAY = 86400000;
  const dateOf = (day, epoch) => new Date(Date.parse(epoch) + day * DAY).toISOString().slice(0, 10);
  function setRange(figure, low, high) {
    const url = new URL(location.href), epoch = figure.dataset.epoch;
    const [first, last] = [Number(figure.dataset.first), Number(figure.dataset.last)];
    low = Math.max(first, Math.min(low, last - 1)); high = Math.max(low, Math.min(high, last - 1));
    const keys = [...url.searchParams].filter(([key]) => !["from", "until", "after", "show"].includes(key));
    url.search = new URLSearchParams([["from", dateOf(low, epoch)], ["until", dateOf(high, epoch)], ...keys]).toString().replaceAll("+", "%20");
    if (!/\/(cases|statements|time|naming|map|papers)$/.test(url.pathname)) url.pathname += "/cases";
    go(url.href, "push");
  }
  let drag = null;
  document.addEventListener("pointerdown", (event) => {
    const figure = event.target.closest("figure[data-brush]");
    const plot = figure && figure.querySelector("svg.plot");
    if (!plot || !event.target.closest("svg.mark") || event.button) return;
    drag = { figure, plot, box: figure.querySelector("svg.mark").getBoundingClientRect(), start: event.clientX, shade: null };
  });
  const dayAt = (x) => {
    const share = Math.max(0, Math.min((x - drag.box.left) / drag.box.width, 1));
    const [first, last] = [Number(drag.figure.dataset.first), Number(drag.figure.dataset.last)];
    return Math.min(first + Math.floor(share * (last - first)), last - 1);
  };
  document.addEventListener("pointermove", (event) => {
    if (!drag || Math.abs(event.clientX - drag.start) < 4) return;
    const first = Number(drag.figure.dataset.first);
    if (!drag.shade) {
      drag.shade = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [name, value] of [["y", 0], ["height", 1000], ["fill", "#d98c00"], ["fill-opacity", 0.3]]) drag.shade.setAttribute(name, value);
      drag.plot.append(drag.shade);
    }
    const [low, high] = [dayAt(drag.start), dayAt(event.clientX)].sort((a, b) => a - b);
    drag.shade.setAttribute("x", low - first); drag.shade.setAttribute("width", high - low + 1);
  });
  document.addEventListener("pointerup", (event) => {
    if (!drag) return;
    if (drag.shade) setRange(drag.figure, ...[dayAt(drag.start), dayAt(event.clientX)].sort((a, b) => a - b));
    drag = null;
  });
  document.addEventListener("pointercancel", () => { if (drag && drag.shade) drag.shade.remove(); drag = null; });
  function moveRange(figure, days, onlyEnd) {
    const url = new URL(location.href), epoch = figure.dataset.epoch;
    const day = (key, other) => url.searchParams.has(key) ? Math.round((Date.parse(url.searchParams.get(key)) - Date.parse(epoch)) / DAY) : other;
    const [first, last] = [Number(figure.dataset.first), Number(figure.dataset.last)];
    const [low, high] = [day("from", first), day("until", last - 1)];
    setRange(figure, onlyEnd ? low : low + days, high + days);
  }

  // ---- keys
  let before = "";
  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("form textarea")) event.target.form.requestSubmit();
    if (event.target.closest("input, textarea, select, .cm-editor, dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = Object.fromEntries((document.body.dataset.steps || "").split("|").filter(Boolean).map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
    const key = event.key, both = before === "g" ? `g ${key}` : key;
    before = key === "g" ? "g" : "";
    const at = rows().findIndex((row) => row.classList.contains("at") || row.hasAttribute("aria-current"));
    if (key === "/") { const field = document.getElementById("find"); if (field) { event.preventDefault(); field.focus(); } }
    else if (key === "?") document.getElementById("keys").showModal();
    else if (steps[both]) { event.preventDefault(); go(steps[both], "push"); }
    else if (key === "j" || key === "k") {
      const all = rows(); if (!all.length) return;
      const next = Math.max(0, Math.min(all.length - 1, at + (key === "j" ? 1 : -1)));
      if (at >= 0) { all[at].classList.remove("at"); all[at].removeAttribute("aria-current"); }
      all[next].classList.add("at"); all[next].scrollIntoView({ block: "nearest" });
      const link = all[next].querySelector("td:not(.show) a") || all[next].querySelector("a"); if (link) link.focus({ preventScroll: true });
    } else if (key === "v" && at >= 0) {
      const link = rows()[at].querySelector("td.show a"); if (link) go(link.href, "push");
    } else if (key === "Escape" && document.body.dataset.close) go(document.body.dataset.close, "push");
    else if (key === "ArrowLeft" || key === "ArrowRight") {
      const figure = document.querySelector("figure[data-brush]");
      if (figure && (figure.contains(event.target) || event.target === document.body || event.target.id === "main")) {
        event.preventDefault(); moveRange(figure, key === "ArrowLeft" ? -7 : 7, event.shiftKey);
      }
    }
  });
  wake();
})();
