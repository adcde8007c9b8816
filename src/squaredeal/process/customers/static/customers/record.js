// The record of a customer: Esc leaves a field, and "log contact" leads to the composer on the page.
(() => {
  document.addEventListener("keydown", event => {
    const leave = event.key === "Escape" && event.target.closest("form")?.querySelector("[data-leave]");
    if (leave) { event.preventDefault(); leave.click(); }
    if (event.key === " " && event.target.matches("a[role=button]")) { event.preventDefault(); event.target.click(); }
  });
  document.addEventListener("click", event => {
    if (!event.target.closest("[data-say]")) return;
    event.preventDefault();
    const field = document.querySelector("#say textarea, #say input");
    field?.scrollIntoView({ block: "center" });
    field?.focus();
  });
  document.addEventListener("htmx:afterSettle", event => event.detail.elt.querySelector?.("[autofocus]")?.focus());
})();
