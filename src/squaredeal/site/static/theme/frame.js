// The frame's own verbs (data-do): theme, density, rail, opening and closing layers; menus that close; rows that open; forms on their way; the time a page took.
(() => {
  const root = document.documentElement;
  const keep = (key, value) => { try { localStorage.setItem("sd-" + key, value); } catch { /* private window: lasts as long as the page */ } };
  const swap = (name, on, off) => { const to = root.dataset[name] === on ? off : on; root.dataset[name] = to; keep(name === "bsTheme" ? "theme" : name, to); };
  const verbs = {
    theme() { swap("bsTheme", "dark", "light"); document.dispatchEvent(new Event("sd:theme")); },
    density() { swap("density", "compact", ""); },
    rail() { swap("rail", "narrow", ""); },
    open(el) { const layer = document.getElementById(el.dataset.target); if (layer && !layer.open) layer.showModal(); },
    close(el) { el.closest("dialog")?.close(); },
    print() { window.print(); },
  };
  // A row of a table opens where its name leads; not where something else in it was meant, nor while rows are picked, a menu is open or words are being marked.
  document.addEventListener("click", event => {
    if (event.defaultPrevented || event.target.closest("a, button, input, label, select, textarea, summary, form, dialog, [contenteditable]") || String(getSelection())) return;
    if (document.querySelector("details.sd-drop[open], #main tbody input[type=checkbox]:checked")) return;
    const link = event.target.closest("#main .sd-table:not([data-nokeys]) > tbody > tr")?.querySelector(":scope > :is(td, th) a.name");
    if (!link) return;
    if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener"); else link.click();
  });
  document.addEventListener("click", event => {
    const el = event.target.closest("[data-do]");
    if (el && verbs[el.dataset.do]) { event.preventDefault(); verbs[el.dataset.do](el); }
    if (event.target.matches("dialog")) event.target.close();
    document.querySelectorAll("details.sd-drop[open]").forEach(menu => { if (!menu.contains(event.target) || (el && menu.contains(el))) menu.open = false; });
  });
  document.addEventListener("keydown", event => {
    const menu = document.querySelector("details.sd-drop[open]");
    if (event.key === "Escape" && menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("change", event => { if (event.target.matches("[data-send]")) event.target.form.requestSubmit(); });

  // An address that names something folded unfolds it.
  const spelt = text => { try { return decodeURIComponent(text); } catch { return text; } };
  const unfold = () => { const named = location.hash.length > 1 && document.getElementById(spelt(location.hash.slice(1))); for (let at = named && (named.querySelector(":scope > details") || named); at; at = at.parentElement) if (at.matches("details:not(.sd-drop)")) at.open = true; };
  addEventListener("hashchange", unfold);
  unfold();

  let leaving = false; // a form sent as a page is on its way

  // A form sent as a page shows on its button that it is on the way, and is not sent twice; a page taken from the browser's memory is at rest.
  document.addEventListener("submit", event => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post" || form.target) return;
    if (form.dataset.sent) return event.preventDefault();
    const rest = () => { leaving = false; delete form.dataset.sent; button?.removeAttribute("aria-busy"); };
    leaving = true;
    form.dataset.sent = "yes";
    button?.setAttribute("aria-busy", "true");
    addEventListener("pageshow", rest, { once: true });
  });

  // One sent as a part shows it too when the answer takes longer than the fifth of a second.
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const button = detail.requestConfig.triggeringEvent?.submitter;
    if (!button) return;
    const late = setTimeout(() => button.setAttribute("aria-busy", "true"), 200);
    detail.xhr.addEventListener("loadend", () => { clearTimeout(late); button.removeAttribute("aria-busy"); });
  });

  // What was written when the session had ended is kept by the tab and put back after the sign-in of the same person; passwords and files are not.
  const apart = new Set(["hidden", "password", "file", "submit", "button"]), named = form => form.getAttribute("action") || form.getAttribute("hx-post") || "";
  const ticked = field => field.type === "radio" || field.type === "checkbox", fields = form => [...form.elements].filter(field => field.name && !apart.has(field.type));
  const posted = form => form?.isConnected && form.method === "post" && document.body.dataset.who;
  const hold = form => { try { sessionStorage.setItem("sd-unsent", JSON.stringify({ who: document.body.dataset.who, form: named(form), said: fields(form).map(field => [field.name, field.value, ticked(field) ? field.checked : null]) })); } catch { /* private window */ } };
  let written = null;
  document.addEventListener("input", ({ target }) => { if (posted(target.form)) written = target.form; });
  document.addEventListener("submit", ({ target: form }) => { if (posted(form)) hold(form); }, true);
  // An answer to a part of the page, a check while somebody types say, may lead elsewhere too, to the sign-in: not while a form is on its way,
  // and not before what is being written is kept. Where nothing is, nothing of an earlier form comes back.
  document.addEventListener("htmx:beforeOnLoad", event => {
    if (!event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    if (leaving) return event.preventDefault();
    const form = [event.detail.elt.closest("form"), written].find(posted);
    if (form) hold(form); else try { sessionStorage.removeItem("sd-unsent"); } catch { /* private window */ }
  });
  addEventListener("load", () => {
    if (location.hash !== "#unsent") return;
    history.replaceState(history.state, "", location.pathname + location.search);
    const kept = JSON.parse(sessionStorage.getItem("sd-unsent") || "null"), form = kept && kept.who === document.body.dataset.who && [...document.forms].find(one => one.method === "post" && named(one) === kept.form);
    if (!form) return;
    const left = fields(form);
    kept.said.forEach(([name, value, checked]) => {
      const at = left.findIndex(field => field.name === name && (checked === null || field.value === value)), [field] = at < 0 ? [] : left.splice(at, 1);
      if (!field) return;
      if (ticked(field)) field.checked = checked; else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    form.scrollIntoView({ block: "center" });
    document.dispatchEvent(new CustomEvent("undo", { detail: { text: document.getElementById("sd-toasts").dataset.unsent } }));
  });

  // The server tells its time in the Server-Timing header.
  const took = document.querySelector("[data-ms]");
  const told = performance.getEntriesByType("navigation")[0]?.serverTiming?.find(entry => entry.name === "page");
  if (took && told) took.textContent = took.dataset.ms.replace("{ms}", Math.round(told.duration));
})();
