// The board by mouse and by keyboard. A drop posts the stage: 200 brings the board again, 422 the gate open on the card.
// Arrows walk, Space lifts, arrows change the stage, Space drops, Esc puts back, M opens the menu. Without a script the menu moves cards.
(() => {
  const board = () => document.getElementById("board");
  const columns = () => [...board().querySelectorAll(".col[data-stage]")];
  const cards = column => [...column.querySelectorAll(".deal")];
  const say = text => { document.getElementById("say-board").textContent = text; };
  let lifted = null, from = null, at = 0, dragged = null;

  const mark = column => columns().forEach(one => one.classList.toggle("drop", one === column));
  const focus = card => { board().querySelectorAll('.deal[tabindex="0"]').forEach(one => { one.tabIndex = -1; }); card.tabIndex = 0; card.focus(); };
  const put = () => { lifted?.classList.remove("up"); lifted = null; mark(null); };

  const move = (card, column) => {
    put();
    if (!column || column === card.closest(".col")) return;
    card.setAttribute("aria-busy", "true");
    const values = { stage: column.dataset.stage };
    board().querySelectorAll("[name^='shown-']").forEach(input => { values[input.name] = input.value; });
    htmx.ajax("POST", card.dataset.move + board().dataset.query, { target: "#board", swap: "outerHTML", values }).then(() => {
      const again = document.querySelector(`.deal[data-deal="${card.dataset.deal}"]`), gate = board().querySelector(".gate");
      if (!gate && again) focus(again);
      if (!gate) say(column.dataset.label);
    });
  };

  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && board()?.querySelector(".gate")) { board().querySelector("[data-gate-close]").click(); return; }
    const card = event.target.closest?.(".deal");
    if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = columns(), column = card.closest(".col"), here = all.indexOf(column), list = cards(column), row = list.indexOf(card);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === " ") {
      event.preventDefault();
      if (!lifted) { lifted = card; from = column; at = here; card.classList.add("up"); mark(column); say(board().dataset.lifted); } else move(lifted, all[at]);
    } else if (event.key === "Escape" && lifted) { put(); say(board().dataset.back); }
    else if (step && lifted) { event.preventDefault(); at = Math.max(0, Math.min(all.length - 1, at + step)); mark(all[at]); say(all[at].dataset.label); }
    else if (step) { event.preventDefault(); for (let to = here + step; all[to]; to += step) { const there = cards(all[to]); if (there.length) { focus(there[Math.min(row, there.length - 1)]); break; } } }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); const to = list[row + (event.key === "ArrowDown" ? 1 : -1)]; if (to && !lifted) focus(to); }
    else if (event.key === "Enter") card.querySelector("a.name")?.click();
    else if (event.key.toLowerCase() === "m") { event.preventDefault(); const menu = card.querySelector("details.mv"); menu.open = true; menu.querySelector("button")?.focus(); }
  });

  document.addEventListener("dragstart", event => { dragged = event.target.closest?.(".deal"); if (dragged) { from = dragged.closest(".col"); event.dataTransfer.effectAllowed = "move"; } });
  document.addEventListener("dragover", event => { const column = event.target.closest?.(".col[data-stage]"); if (dragged && column) { event.preventDefault(); mark(column); } });
  document.addEventListener("drop", event => { const column = event.target.closest?.(".col[data-stage]"); if (dragged && column) { event.preventDefault(); move(dragged, column); } dragged = null; });
  document.addEventListener("dragend", () => { mark(null); dragged = null; });
})();
