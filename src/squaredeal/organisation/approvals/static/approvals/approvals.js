// 退回 opens its one field: a button with data-opens opens the <details> of that id and puts the cursor in it.
document.addEventListener("click", event => {
  const button = event.target.closest("[data-opens]"), to = button && document.getElementById(button.dataset.opens);
  if (!to) return;
  event.preventDefault();
  to.open = true;
  to.scrollIntoView({ block: "nearest" });
  to.querySelector("input:not([type=hidden]), textarea, select")?.focus();
});
