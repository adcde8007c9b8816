// Keys of the design: Ctrl/⌘ K, /, J K, Enter, X, any letter an element carries as data-key, [ and ?. Off inside fields.
(() => {
  const seen = el => el && el.offsetParent !== null && !el.closest("[hidden], details:not([open])");
  const items = () => [...document.querySelectorAll(".sd-need, [data-item], #main .sd-table:not([data-nokeys]) > tbody > tr")].filter(seen);
  const current = () => items().find(item => item.hasAttribute("data-focus"));
  const move = step => {
    const all = items(), now = all.indexOf(current());
    if (!all.length) return;
    const to = all[now < 0 ? 0 : Math.max(0, Math.min(all.length - 1, now + step))];
    all.forEach(item => item.removeAttribute("data-focus"));
    to.setAttribute("data-focus", "");
    to.scrollIntoView({ block: "nearest" });
    (to.matches("[tabindex]") ? to : to.querySelector(".verbs .btn, a.name, a, button"))?.focus({ preventScroll: true });
  };
  const press = (el, event) => { event.preventDefault(); el.matches("input, textarea, select") ? el.focus() : el.click(); };
  const keyed = (scope, letter) => [...scope.querySelectorAll(`[data-key="${CSS.escape(letter)}"]`)].find(seen);

  document.addEventListener("keydown", event => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const palette = document.getElementById("sd-cmd");
      if (palette) { event.preventDefault(); if (!palette.open) palette.showModal(); palette.querySelector("input").select(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) return;
    const layer = document.querySelector("dialog[open]"), item = current();
    if (layer) { const own = keyed(layer, event.key.toLowerCase()); if (own) press(own, event); return; }
    const letter = event.key.toLowerCase();
    if (letter === "j") return move(1);
    if (letter === "k") return move(-1);
    if (event.key === "[") return document.querySelector('[data-do="rail"]')?.click();
    if (event.key === "?") return document.getElementById("sd-keys")?.showModal();
    if (event.key === "/") { const field = [...document.querySelectorAll("[data-find], #main input[type=search]")].find(seen); if (field) press(field, event); return; }
    if (letter === "x" && item) { const box = item.querySelector("input[type=checkbox]"); if (box) { event.preventDefault(); box.click(); } return; }
    if (event.key === "Enter" && item && (event.target === item || !event.target.closest("a, button, summary, input, label, [tabindex]:not(main)"))) { const link = item.matches("[hx-get]") ? item : item.querySelector("a.name, [data-open], a"); if (link) press(link, event); return; }
    if (letter.length !== 1) return;
    const verb = (item && keyed(item, letter)) || keyed(document, letter);
    if (verb) press(verb, event);
  });
})();
