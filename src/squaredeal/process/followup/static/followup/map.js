// Arrow keys walk the map of kept promises; Enter opens the cell, as a click does. One cell is marked as chosen.
(() => {
  const map = () => document.querySelector(".hm");
  const rows = () => [...map().querySelectorAll("tbody tr:not(.reg)")].filter(row => row.offsetParent);
  const at = (row, column) => row?.cells[column]?.querySelector("a");
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  document.addEventListener("keydown", event => {
    const step = steps[event.key];
    if (!step || !map() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || event.target.matches("input, textarea, select")) return;
    const here = document.activeElement.closest?.(".hm td > a") || null;
    const start = here || map().querySelector("td > a[aria-current]") || map().querySelector("td > a");
    if (!start) return;
    event.preventDefault();
    if (!here) return start.focus();
    const all = rows();
    let row = all.indexOf(here.closest("tr")), column = here.closest("td").cellIndex;
    for (;;) {
      row += step[0]; column += step[1];
      if (row < 0 || row >= all.length || column < 1 || column >= all[0].cells.length) return;
      const next = at(all[row], column);
      if (next?.offsetParent) return next.focus();
    }
  });
  document.addEventListener("htmx:afterSwap", event => {
    const cell = document.getElementById("cell");
    if (!cell?.dataset.person || !map()) return;
    map().querySelectorAll("a[aria-current]").forEach(link => link.removeAttribute("aria-current"));
    map().querySelector(`td > a[href*="person=${cell.dataset.person}&"][href*="week=${cell.dataset.week}"]`)?.setAttribute("aria-current", "true");
    const width = window.matchMedia("(max-width: 640px)");
    if (width.matches && event.target.id === "cell") cell.scrollIntoView({ block: "start" });
  });
})();
