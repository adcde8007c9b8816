// The draft's instalments: share and amount follow each other, rows are added and taken out, the sum is told at once. In fen, never in floats.
(() => {
  const form = document.querySelector("[data-contract]");
  if (!form) return;
  const fen = text => {
    const found = /^\s*[¥￥]?\s*(\d[\d,，]*)(?:\.(\d*))?\s*(万|亿)?\s*元?\s*$/.exec(text.replace(/[０-９．]/g, sign => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)));
    const places = 2 + ({ 万: 4, 亿: 8 }[found && found[3]] || 0), part = (found && found[2]) || "";
    return found && part.length <= places ? BigInt(found[1].replace(/[,，]/g, "") + part.padEnd(places, "0")) : null;
  };
  const yuan = fen => `${fen / 100n}.${String(fen % 100n).padStart(2, "0")}`;
  const shown = fen => yuan(fen).replace(/\B(?=(\d{3})+(?!\d)(?=.*\.))/g, ",");
  const total = fen(form.dataset.amount), due = JSON.parse(form.dataset.due);
  const box = form.querySelector("[data-parts]"), blank = form.querySelector("[data-blank]"), off = form.querySelector("[data-off]");
  const count = form.querySelector("[name=part-TOTAL_FORMS]");
  const live = () => [...box.children].filter(row => !row.hidden);
  const ten = share => { const found = /^\s*(\d{1,3})(?:\.(\d{0,4}))?\s*$/.exec(share); return found ? BigInt(found[1]) * 10000n + BigInt((found[2] || "").padEnd(4, "0")) : null; };
  const part = share => (total * share + 500000n) / 1000000n;

  function tell() {
    const amounts = live().map(row => fen(row.querySelector("[data-yuan]").value) ?? 0n), gap = amounts.reduce((a, b) => a + b, 0n) - total;
    off.classList.toggle("off", gap !== 0n);
    off.textContent = gap === 0n ? off.dataset.right : (gap > 0n ? off.dataset.over : off.dataset.under).replace("{off}", shown(gap < 0n ? -gap : gap));
  }
  function add(kind, days, share) {
    const holder = document.createElement("div"), n = count.value;
    holder.append(blank.content.cloneNode(true));
    holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", n);
    const row = holder.firstElementChild;
    count.value = Number(n) + 1;
    box.append(row);
    ready(row);
    if (kind) {
      row.querySelector("select").value = kind;
      const signed = new Date(form.querySelector("[name=signed_on]").value + "T00:00:00Z");
      if (!Number.isNaN(signed.getTime())) { signed.setUTCDate(signed.getUTCDate() + days); row.querySelector("[type=date]").value = signed.toISOString().slice(0, 10); }
      row.querySelector("[data-share]").value = share;
    }
    return row;
  }
  function drop(row) { row.hidden = true; row.querySelector("[type=checkbox]").checked = true; tell(); }
  function ready(row) { row.querySelector("[data-drop]").hidden = false; row.querySelector("[data-noscript]").hidden = true; }

  box.addEventListener("input", event => {
    const row = event.target.closest("[data-part]");
    if (event.target.matches("[data-share]")) { const share = ten(event.target.value); if (share !== null) row.querySelector("[data-yuan]").value = yuan(part(share)); }
    if (event.target.matches("[data-yuan]")) { const money = fen(event.target.value), share = row.querySelector("[data-share]"); const exact = money !== null && total > 0n && (money * 1000000n) % total === 0n ? money * 1000000n / total : null; share.value = exact === null || exact > 1000000n ? "" : String(Number(exact) / 10000); }
    tell();
  });
  form.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (button?.matches("[data-drop]")) drop(button.closest("[data-part]"));
    if (button?.matches("[data-add]")) add().querySelector("select").focus();
    if (button?.matches("[data-split]")) {
      live().forEach(drop);
      const wanted = button.dataset.split.split(",").map(pair => pair.split(":"));
      let rest = total;
      wanted.forEach(([kind, share], i) => { const money = i === wanted.length - 1 ? rest : part(ten(share)); rest -= money; add(kind, due[kind], share).querySelector("[data-yuan]").value = yuan(money); });
    }
    if (button) tell();
  });
  [...box.children].forEach(ready);
  form.querySelectorAll("[data-add], .ct-help").forEach(el => { el.hidden = false; });
  tell();
})();
