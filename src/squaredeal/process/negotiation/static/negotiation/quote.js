// A concession that is on is marked, and a checkbox outside the form tries it all the same. An unsaved change is not lost by a stray click.
(() => {
  const form = document.getElementById("qform");
  if (!form) return;
  document.addEventListener("change", event => {
    if (event.target.form !== form || !event.target.matches("[name=on]")) return;
    event.target.closest(".rung")?.classList.toggle("on", event.target.checked);
    htmx.trigger(form, "try");
  });
  let typed = false;
  document.addEventListener("input", event => { if (event.target.form === form) typed = true; });
  document.addEventListener("submit", event => { if (event.target === form) typed = false; });
  addEventListener("beforeunload", event => { if (typed) event.preventDefault(); });
})();
