// What lies above the page: palette, drawer, toasts with undo; and what htmx leaves to us: faults in place, focus on the first error.
(() => {
  const at = id => document.getElementById(id);

  // Palette. Arrows move, Enter opens; the list comes from the server.
  const palette = at("sd-cmd");
  const options = () => [...palette.querySelectorAll("a[role=option]")];
  const choose = to => options().forEach((option, i) => { option.setAttribute("aria-selected", i === to); if (i === to) { option.scrollIntoView({ block: "nearest" }); palette.querySelector("input").setAttribute("aria-activedescendant", option.id); } });
  let asked = false, waits = false;   // something was typed whose answer is not there yet; Enter was pressed meanwhile
  palette?.addEventListener("input", () => { asked = true; waits = false; });
  palette?.addEventListener("keydown", event => {
    const all = options(), now = all.findIndex(option => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose((now + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length); }
    if (event.key === "Enter") { event.preventDefault(); if (asked && !waits) { waits = true; setTimeout(() => { if (waits && !palette.querySelector(".htmx-request")) options()[0]?.click(); }, 600); } else all[now]?.click(); }
  });
  palette?.addEventListener("htmx:afterSettle", ({ detail }) => { options().forEach((option, i) => { option.id = "sd-cmd-" + i; }); choose(0);
    if (detail.requestConfig.parameters.find !== palette.querySelector("input").value) return;
    if (waits) options()[0]?.click();
    asked = waits = false;
  });

  // Drawer. <a data-drawer href> opens its part at the right; the address still works without a script.
  const drawer = at("sd-drawer");
  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-drawer]");
    if (!link || !drawer || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    htmx.ajax("GET", link.href, { target: "#sd-drawer-body", swap: "innerHTML", source: link }).then(() => { if (!drawer.open) drawer.showModal(); });
  });
  drawer?.addEventListener("close", () => at("sd-drawer-body").replaceChildren());
  document.addEventListener("sd:close", () => document.querySelectorAll("dialog[open]").forEach(layer => layer.close()));

  // Toasts. The server answers HX-Trigger: {"undo": {"text": …, "url": …}}; for 8 s the thing can be taken back.
  const toasts = at("sd-toasts");
  const toast = (text, url) => {
    const box = document.createElement("div");
    box.className = "sd-toast"; box.setAttribute("role", "status"); box.append(text);
    if (url) {
      const button = document.createElement("button");
      button.type = "button"; button.textContent = toasts.dataset.undo; button.dataset.key = "u";
      button.addEventListener("click", () => { clearTimeout(going); button.remove(); htmx.ajax("POST", url, { source: box, swap: "none" }); });
      box.addEventListener("htmx:afterRequest", ({ detail }) => {
        if (detail.xhr.status && detail.xhr.status < 400) return location.reload();
        box.remove();
        const said = new DOMParser().parseFromString(detail.xhr.status === 422 ? detail.xhr.responseText : "", "text/html").body.textContent;
        toast(said.trim().replace(/\s+/g, " ") || toasts.dataset["fault" + detail.xhr.status] || toasts.dataset.fault);
      });
      box.append(button);
    }
    toasts.append(box);
    const going = setTimeout(() => box.remove(), 8000);
  };
  document.addEventListener("undo", event => toast(event.detail.text, event.detail.url));
  toasts?.querySelectorAll("[data-toast]").forEach(said => { said.remove(); toast(said.textContent.trim(), said.dataset.toast); });

  // A part that could not be had: one line in its place, with another try.
  const fault = event => {
    const { elt, target, pathInfo, requestConfig } = event.detail, place = target || elt, box = document.createElement("div");
    place.querySelector(":scope > .sd-fault")?.remove();
    const status = event.detail.xhr?.status || 0, again = document.createElement("button");
    box.className = "sd-fault"; box.setAttribute("role", "alert");
    box.append(toasts.dataset["fault" + status] || (status ? toasts.dataset.fault : toasts.dataset.offline));
    again.type = "button"; again.className = "btn btn-sm"; again.textContent = toasts.dataset.again;
    again.addEventListener("click", () => { box.remove(); htmx.ajax(requestConfig.verb.toUpperCase(), pathInfo.requestPath, { source: elt, target: place, values: Object.fromEntries(requestConfig.formData || []) }); });
    box.append(again);
    place.tagName === "TBODY" || place.tagName === "TR" ? place.closest("table").before(box) : place.prepend(box);
  };
  document.addEventListener("htmx:responseError", fault);
  document.addEventListener("htmx:sendError", fault);

  // A refused form comes back with the typed text; the first wrong field gets the focus.
  const toFirstError = within => within.querySelector('[aria-invalid="true"]')?.focus();
  document.addEventListener("htmx:afterSettle", event => { if (event.detail.xhr?.status === 422) toFirstError(event.detail.elt.isConnected ? event.detail.elt : document); });
  toFirstError(document);

  // Who types on while an earlier answer comes keeps what is typed, though the part around the field comes anew.
  let typed = null;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const field = document.activeElement;
    typed = field?.id && detail.target.contains(field) && "defaultValue" in field && field.value !== field.defaultValue && !detail.requestConfig.elt.contains(field) ? { id: field.id, value: field.value } : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    const field = typed && at(typed.id);
    if (field && field.value !== typed.value) {
      field.value = typed.value;
      field.addEventListener("blur", () => { if (field.value !== field.defaultValue) field.dispatchEvent(new Event("change", { bubbles: true })); }, { once: true });
    }
    typed = null;
  });

  // Letter by letter a search changes one entry of the history, so that Back leads to where it began.
  document.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => {
    const typed = detail.requestConfig?.triggeringEvent;
    if (typed?.type === "input" && new URLSearchParams(location.search).get(typed.target.name)) detail.history.type = "replace";
  });

  // What is asked for far down a long page and opens elsewhere is brought into sight.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const part = detail.target?.id ? at(detail.target.id) : null;
    if (!part?.hasAttribute("data-show")) return;
    const { top } = part.getBoundingClientRect();
    if (top < 0 || top > innerHeight * .7) part.scrollIntoView({ block: "start" });
  });

  // Typing in a wrong field takes back what was said of it.
  document.addEventListener("input", ({ target }) => {
    if (target.getAttribute?.("aria-invalid") !== "true") return;
    target.removeAttribute("aria-invalid");
    target.classList.remove("is-invalid");
    (target.getAttribute("aria-describedby") || "").split(" ").forEach(id => { const said = document.getElementById(id); if (said?.classList.contains("invalid-feedback")) said.hidden = true; });
  });
})();
