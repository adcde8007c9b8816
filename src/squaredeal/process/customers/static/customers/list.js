// The list of customers: ticking rows (with Shift a span of them), the bulk bar that takes the place of the filter, Esc leaves a field.
(() => {
  const at = id => document.getElementById(id), boxes = () => [...document.querySelectorAll("#table [name=pk]")];
  let last = null;
  const show = () => {
    const bulk = at("bulk");
    if (!bulk) return;
    const all = boxes(), on = all.filter(box => box.checked), head = document.querySelector("[data-pick=page]");
    all.forEach(box => box.closest("tr").toggleAttribute("aria-selected", box.checked));
    on.forEach(box => box.closest("tr").setAttribute("aria-selected", "true"));
    if (head) { head.checked = on.length > 0 && on.length === all.length; head.indeterminate = on.length > 0 && on.length < all.length; }
    bulk.hidden = !on.length; at("filter").hidden = !!on.length;
    every(false);
    at("give").replaceChildren();
    bulk.querySelector("[aria-expanded]")?.setAttribute("aria-expanded", "false");
    const said = bulk.querySelector("[data-many]");
    said.textContent = said.dataset.many.replace("{n}", on.length);
  };
  // All that the conditions hold, beyond this page: the server reads them from the address.
  const every = on => {
    const said = document.querySelector("#bulk [data-many]"), more = document.querySelector("[data-pick=all]"), count = Number(at("table").dataset.count);
    at("bulk-all").disabled = !on;
    more.hidden = on || count <= boxes().length;
    more.textContent = more.dataset.all.replace("{n}", Number(count).toLocaleString("en-US"));
    if (on) said.textContent = more.dataset.every.replace("{n}", Number(count).toLocaleString("en-US"));
  };
  document.addEventListener("click", event => {
    const box = event.target.closest("#table [name=pk]");
    if (box) {
      const all = boxes(), to = all.indexOf(box), from = all.indexOf(last);
      if (event.shiftKey && from >= 0) all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(other => { other.checked = box.checked; });
      last = box;
      show();
    }
    const verb = event.target.closest("[data-pick]");
    if (verb && verb.dataset.pick === "all") { every(true); at("give").replaceChildren(); }
    else if (verb) { const on = verb.dataset.pick === "page" && verb.checked; boxes().forEach(other => { other.checked = on; }); show(); }
  });
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    const leave = event.target.closest("form")?.querySelector("[data-leave]");
    if (leave) { event.preventDefault(); leave.click(); }
    else if (!document.querySelector("dialog[open]") && boxes().some(box => box.checked)) { boxes().forEach(box => { box.checked = false; }); show(); }
  });
  document.addEventListener("htmx:afterSwap", event => {
    if (event.detail.target?.id === "table" || event.target.id === "table") show();
    if (event.detail.target?.id === "give") { document.querySelector("#bulk [aria-expanded]").setAttribute("aria-expanded", "true"); at("who")?.focus(); }
    document.querySelectorAll(".chips details[open]").forEach(menu => { if (event.detail.target?.id === "table") menu.open = false; });
  });
  document.addEventListener("htmx:afterSettle", event => event.detail.elt.querySelector?.("[autofocus]")?.focus());
  show();
})();
