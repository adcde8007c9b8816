// Import: a dropped file is the chosen one; a form on its way says with its number what it is doing and is sent once.
(() => {
  const drop = document.querySelector("[data-drop]");
  if (drop) {
    const field = drop.querySelector("[type=file]");
    const over = on => event => { event.preventDefault(); drop.classList.toggle("over", on); };
    drop.addEventListener("dragover", over(true));
    drop.addEventListener("dragleave", over(false));
    drop.addEventListener("drop", event => {
      over(false)(event);
      if (event.dataTransfer.files.length) { field.files = event.dataTransfer.files; drop.requestSubmit(); }
    });
    field.addEventListener("change", () => { if (field.files.length) drop.requestSubmit(); });
  }
  document.addEventListener("submit", event => {
    const form = event.target.closest("form[data-busy]");
    if (!form || event.defaultPrevented) return;
    const button = form.querySelector("button");
    button.textContent = form.dataset.busy;
    setTimeout(() => { button.disabled = true; });
  });
  window.addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
})();
