// The matcher's bar: its parts follow what is typed, and an edge that is dragged types into its line. The server says what comes of it.
(() => {
  const number = text => { const said = String(text).replace(/[,，\s¥￥元]/g, ""), found = Number(said.replace(/[万亿]$/, "")) * ({ 万: 1e4, 亿: 1e8 }[said.at(-1)] || 1); return Number.isFinite(found) ? found : 0; };
  const rows = form => [...form.querySelectorAll("[data-m]")];
  const segment = (form, key) => form.querySelector(`[data-seg="${key}"]`);
  function paint(form) {
    const total = number(form.querySelector("#match")?.dataset.total);
    let used = 0;
    for (const input of rows(form)) { const value = Math.max(0, number(input.value)), part = segment(form, input.dataset.m); used += value; if (part) part.style.flexGrow = value; }
    const rest = segment(form, "rest");
    if (rest) rest.style.flexGrow = Math.max(0, total - used);
  }
  const all = () => document.querySelectorAll("[data-match]").forEach(paint);
  document.addEventListener("input", event => { const form = event.target.closest("[data-match]"); if (form && event.target.matches("[data-m]")) paint(form); });
  document.addEventListener("htmx:afterSettle", all);

  let drag = null;
  document.addEventListener("pointerdown", event => {
    const part = event.target.closest("[data-seg]"), form = event.target.closest("[data-match]");
    if (!part || !form || part.dataset.seg === "rest") return;
    const input = form.querySelector(`[data-m="${part.dataset.seg}"]`), bar = part.closest("[data-bar]"), total = number(form.querySelector("#match").dataset.total);
    const others = rows(form).filter(row => row !== input).reduce((sum, row) => sum + number(row.value), 0);
    drag = { form, input, x: event.clientX, width: bar.clientWidth, total, from: number(input.value), most: Math.min(Number(input.dataset.owe), Math.max(0, total - others)) };
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  document.addEventListener("pointermove", event => {
    if (!drag) return;
    const value = drag.from + (event.clientX - drag.x) / drag.width * drag.total;
    drag.input.value = Math.max(0, Math.min(drag.most, Math.round(value * 100) / 100)).toFixed(2);
    paint(drag.form);
  });
  const drop = () => { if (!drag) return; drag.input.dispatchEvent(new Event("input", { bubbles: true })); drag = null; };
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);
  all();
})();
