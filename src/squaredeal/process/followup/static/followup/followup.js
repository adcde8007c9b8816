// The next step's day, time and kind: shown in words, changed by the browser's own pickers.
(() => {
  if (document.documentElement.dataset.followup) return; // the composer brings this file along each time it is swapped in
  document.documentElement.dataset.followup = "1";
  const lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en";
  const dayText = value => {
    const on = new Date(value + "T00:00"), now = new Date(new Date().toDateString()), away = Math.round((on - now) / 864e5);
    if (isNaN(on)) return "—";
    if (Math.abs(away) < 2) return new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(away, "day");
    const figures = lang === "en" ? new Intl.DateTimeFormat(lang, { month: "short", day: "numeric" }).format(on) : `${on.getMonth() + 1}/${on.getDate()}`;
    return away > 1 && away < 7 ? new Intl.DateTimeFormat(lang, { weekday: "short" }).format(on) : figures;
  };
  const texts = {
    day: field => dayText(field.value), choice: field => field.selectedOptions[0].textContent,
    time: field => field.value || field.previousElementSibling.dataset.none,
  };
  document.addEventListener("input", event => {
    const shown = event.target.closest(".fu-over")?.querySelector("[data-shows]");
    if (!shown) return;
    shown.textContent = texts[shown.dataset.shows](event.target);
    event.target.closest(".fu-over").classList.toggle("fu-none", !event.target.value);
  });
  document.addEventListener("click", event => {
    const field = event.target.closest(".fu-over")?.querySelector("input");
    if (field?.showPicker) try { field.showPicker(); } catch { field.focus(); }
  });
})();
