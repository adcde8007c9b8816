// Before the first paint: the theme, density and rail this browser keeps. Loaded without defer, so that nothing flashes.
(() => {
  const root = document.documentElement, kept = key => { try { return localStorage.getItem("sd-" + key); } catch { return null; } };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => { root.dataset.bsTheme = kept("theme") || (dark.matches ? "dark" : "light"); };
  paint();
  dark.addEventListener("change", () => { paint(); document.dispatchEvent(new Event("sd:theme")); });
  if (kept("density")) root.dataset.density = kept("density");
  if (kept("rail")) root.dataset.rail = kept("rail");
})();
