// The workbench: an editor with completion, all faults 150 ms after the last key, and what the text means beside it.
"use strict";
(() => {
  const bench = document.querySelector(".bench"), area = document.getElementById("bench-text");
  const nonce = document.getElementById("page-script").dataset.nonce;
  let view = null, last = null, timer = 0, tab = "explain", keys = [];
  const text = () => (view ? view.state.doc.toString() : area.value);
  const post = (path, body) => fetch(path, { method: "POST", headers: { "content-type": "application/json", "x-lab": "1" }, body: JSON.stringify(body) });

  function diagnostics() {
    return (last ? last.faults : []).map((fault) => {
      const line = view.state.doc.line(Math.min(Math.max(fault.line, 1), view.state.doc.lines));
      return { from: line.from, to: line.to, severity: "error", message: fault.text };
    });
  }
  function element(tag, words, more) { const made = document.createElement(tag); made.textContent = words; Object.assign(made, more || {}); return made; }
  function show() {
    const list = document.getElementById("bench-faults");
    list.replaceChildren(...last.faults.map((fault) => {
      const item = document.createElement("li"), jump = element("button", fault.text, { type: "button" });
      jump.addEventListener("click", () => {
        if (!view) { area.focus(); return; }
        const line = view.state.doc.line(Math.min(fault.line, view.state.doc.lines));
        view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true }); view.focus();
      });
      item.append(jump); return item;
    }));
    const n = last.faults.length;
    document.getElementById("bench-state").textContent = n ? `${n} fault${n === 1 ? "" : "s"}` : `No fault. ${last.persons ? last.persons.toLocaleString("en") + " persons." : ""} A run takes about ${Math.round(last.megabytes).toLocaleString("en")} MB of memory.`;
    const panel = document.getElementById("bench-panel");
    if (tab === "numbers") {
      const table = document.createElement("table"), head = document.createElement("tr");
      head.append(...["number", "value", "unit", "kind", "ground"].map((name) => element("th", name, { scope: "col" })));
      table.append(head, ...last.numbers.map((row) => { const line = document.createElement("tr"); line.append(...["path", "value", "unit", "kind", "ground"].map((key) => element("td", row[key] ?? ""))); return line; }));
      panel.replaceChildren(table);
    } else panel.replaceChildren(element("pre", tab === "difference" ? last.difference.join("\n") || "No difference to the parent." : last.explain || "Mend the faults first."));
    for (const id of ["bench-run", "bench-fan", "bench-whatif"]) document.getElementById(id).disabled = n > 0;
    if (view) view.dispatch(CM.setDiagnostics(view.state, diagnostics()));
  }
  async function check() {
    const asked = text();
    const answer = await (await post("/check", { text: asked, parent: bench.dataset.parent })).json();
    if (asked !== text()) return;
    last = answer; show();
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(check, 150); };
  function complete(context) {
    const word = context.matchBefore(/[\w-]+/);
    return word || context.explicit ? { from: word ? word.from : context.pos, options: keys } : null;
  }
  async function begin(asked) {
    const answer = await (await post("/jobs", asked)).json();
    if (answer.ask && confirm(answer.message)) { begin({ ...asked, sure: true }); return; }
    if (answer.address) location.href = answer.address;
    else document.getElementById("bench-state").textContent = answer.message;
  }
  const seed = () => Number(document.getElementById("bench-seed").value || 1);
  document.getElementById("bench-run").addEventListener("click", () => begin({ kind: "run", scenario: text(), seed: seed() }));
  document.getElementById("bench-fan").addEventListener("click", () => begin({ kind: "ensemble", scenario: text(), seed: seed(), replicates: 20 }));
  document.getElementById("bench-whatif").addEventListener("click", () => {
    const [path, ...rest] = document.getElementById("bench-change").value.split("="), value = rest.join("=");
    let read = value === "" ? null : value;
    try { if (value !== "") read = JSON.parse(value); } catch { /* a word */ }
    begin({ kind: "what-if", scenario: text(), seed: seed(), pairs: 20, changes: { [path.trim()]: read } });
  });
  const tabs = [...document.querySelectorAll("[data-tab]")];
  const choose = (button) => {
    tab = button.dataset.tab;
    for (const one of tabs) { one.setAttribute("aria-selected", String(one === button)); one.tabIndex = one === button ? 0 : -1; }
    document.getElementById("bench-panel").setAttribute("aria-labelledby", button.id);
    if (last) show();
  };
  tabs.forEach((button, k) => {
    button.addEventListener("click", () => choose(button));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { const next = tabs[(k + step + tabs.length) % tabs.length]; next.focus(); choose(next); }
    });
  });
  if (window.CM) {
    view = new CM.EditorView({
      parent: document.getElementById("editor"),
      state: CM.EditorState.create({
        doc: area.value,
        extensions: [
          CM.EditorView.cspNonce.of(nonce), CM.lineNumbers(), CM.history(), CM.drawSelection(), CM.highlightActiveLine(), CM.yaml(),
          CM.syntaxHighlighting(CM.HighlightStyle.define([
            { tag: CM.tags.definition(CM.tags.propertyName), color: "#1f5a7a" }, { tag: CM.tags.propertyName, color: "#1f5a7a" },
            { tag: CM.tags.string, color: "#2c5e3f" }, { tag: CM.tags.number, color: "#8c3d00" }, { tag: CM.tags.comment, color: "#5d5a50", fontStyle: "italic" },
          ])), CM.lintGutter(),
          CM.autocompletion({ override: [complete] }), CM.EditorView.contentAttributes.of({ "aria-labelledby": "bench-title", tabindex: "0" }),
          CM.keymap.of([...CM.defaultKeymap, ...CM.historyKeymap, ...CM.completionKeymap, ...CM.searchKeymap, ...CM.lintKeymap]),
          CM.EditorView.updateListener.of((update) => { if (update.docChanged) soon(); }),
        ],
      }),
    });
    area.remove();
    fetch("/completions").then((answer) => answer.json()).then((found) => { keys = found; });
  } else area.addEventListener("input", soon);
  check();
})();
