// A row opens its why: in the right column where there is one, else in the drawer. Without a script the customer's name is a link.
(() => {
  document.addEventListener("click", event => {
    const row = event.target.closest("tr[data-why]"), body = document.getElementById("why-body");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const aside = body?.closest("aside"), wide = aside && getComputedStyle(aside).position === "sticky";
    document.querySelectorAll("tr[data-why]").forEach(other => other.setAttribute("aria-selected", other === row));
    const target = wide ? "#why-body" : "#sd-drawer-body", drawer = document.getElementById("sd-drawer");
    htmx.ajax("GET", row.dataset.why, { target, swap: "innerHTML" }).then(() => { if (!wide && !drawer.open) drawer.showModal(); });
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Enter" && event.target.matches("tr[data-why]")) { event.preventDefault(); event.target.click(); }
    if (event.key === "Enter" && event.target.matches("tr[data-href]")) { event.preventDefault(); location.href = event.target.dataset.href; }
  });
})();
