// Watches a job: the page is fetched again whenever the lab says that it has changed.
"use strict";
(() => {
  const name = decodeURIComponent(location.pathname.split("/").pop());
  let busy = false, again = false;
  async function fresh() {
    if (busy) { again = true; return; }
    busy = true;
    const text = await (await fetch(location.href)).text();
    const next = new DOMParser().parseFromString(text, "text/html");
    document.querySelector("main").replaceWith(document.adoptNode(next.querySelector("main")));
    busy = false;
    if (!next.getElementById("page-script")) { source.close(); return; }
    if (again) { again = false; fresh(); }
  }
  const source = new EventSource(`/job/${encodeURIComponent(name)}/events`);
  source.onmessage = fresh;
  source.addEventListener("end", () => { source.close(); fresh(); });
})();
