// Charts in the house style: tokens for colours, labels on the lines, hairlines, SVG, no animation.
// <div class="sd-chart" data-chart="pace|lines|bars" data-from="id" role="img" aria-label="the sentence"></div>{{ value|json_script:"id" }}
(() => {
  if (window.sdCharts) return;  // every page has it; asking for it again must not draw twice
  window.sdCharts = true;
  const css = name => getComputedStyle(document.documentElement).getPropertyValue("--sd-" + name).trim();
  const said = number => Number(number).toLocaleString("en-US").replace("-", "−");
  const base = () => ({
    animation: false, textStyle: { fontFamily: css("hei"), fontSize: 12, color: css("ink-3") },
    grid: { left: 48, right: 108, top: 16, bottom: 26 },
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: css("card"), borderColor: css("line"), textStyle: { color: css("ink"), fontSize: 12 }, valueFormatter: said, axisPointer: { lineStyle: { color: css("edge"), type: "dotted" } } },
    xAxis: { type: "category", boundaryGap: false, axisLine: { lineStyle: { color: css("edge") } }, axisTick: { show: false }, axisLabel: { color: css("ink-3"), hideOverlap: true } },
    yAxis: { type: "value", min: 0, splitLine: { lineStyle: { color: css("line") } }, axisLabel: { color: css("ink-3"), formatter: said }, splitNumber: 4 },
  });
  const line = (s, color, more = {}) => ({
    name: s.name, type: "line", data: s.data, symbol: "none", connectNulls: true, lineStyle: { color, width: 2, ...more.line }, itemStyle: { color },
    endLabel: { show: Boolean(s.label), color: more.ink || color, fontSize: 12, lineHeight: 16, distance: 8, formatter: () => s.label }, labelLayout: { moveOverlap: "shiftY", ...more.move },
    ...(more.area ? { areaStyle: { color, opacity: .09 } } : {}), ...more.rest,
  });
  const axis = (o, d) => {
    o.xAxis.data = d.x;
    if (d.ticks) o.xAxis.axisLabel.interval = (i, value) => d.ticks.includes(value);
    if (d.max) o.yAxis.max = d.max;
  };
  const kinds = {
    // d: {x: [day…], ticks: [day…], today: index, unit, series: [{role: last|target|commit|done, name, label, data}], now: {label, value}, gap: {label, from, to}}
    pace(d, phone) {
      const o = base(); axis(o, d); if (phone) { o.grid.right = 82; o.grid.left = 40; }
      const end = d.x.length - 1, looks = {
        last: s => line(s, css("c6"), { line: { width: 1.5 }, ink: css("ink-3"), move: { dy: 14 } }),
        target: s => line(s, css("ink"), { line: { width: 1.5, type: [2, 3] }, move: { dy: -6 } }),
        commit: s => line(s, css("jade"), { line: { type: [5, 4] }, move: { dy: 7 }, rest: d.gap ? { markLine: { silent: true, symbol: "none", lineStyle: { color: css("ink"), width: 3, type: "solid" }, label: { show: true, position: "middle", formatter: d.gap.label, color: css("ink"), fontWeight: 700, rotate: 0, align: "left", distance: -9, offset: [9, 0] }, data: [[{ coord: [end, d.gap.from] }, { coord: [end, d.gap.to] }]] } } : {} }),
        done: s => line(s, css("jade"), { area: true, line: { width: 2.5 }, rest: d.now ? {
          markPoint: { symbol: "circle", symbolSize: 8, itemStyle: { color: css("jade"), borderColor: css("sheet"), borderWidth: 2 }, label: { show: true, position: [12, 8], color: css("ink"), fontWeight: 600, formatter: d.now.label }, data: [{ coord: [d.today, d.now.value] }] },
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: css("edge"), type: "dotted" }, data: [{ xAxis: d.today }] } } : {} }),
      };
      o.series = d.series.map(s => looks[s.role](s));
      return o;
    },
    // d: {x: […], series: [{name, label, data}]}, at most six
    lines(d, phone) {
      const o = base(); axis(o, d); if (phone) o.grid.right = 72;
      o.series = d.series.slice(0, 6).map((s, i) => line({ label: s.name, ...s }, css("c" + (i + 1))));
      return o;
    },
    // d: {x: [name…], series: [{name, data}]}
    bars(d) {
      const o = base(); axis(o, d); o.grid.right = 16; o.grid.top = d.series.length > 1 ? 32 : 12; o.xAxis.boundaryGap = true;
      o.series = d.series.slice(0, 6).map((s, i) => ({ name: s.name, type: "bar", data: s.data, barMaxWidth: 18, barGap: "20%", itemStyle: { color: css(s.jade ? "jade" : "c" + (i + 1)), borderRadius: [2, 2, 0, 0] } }));
      if (d.series.length > 1) o.legend = { left: 40, top: 0, itemWidth: 10, itemHeight: 10, icon: "rect", textStyle: { color: css("ink-2"), fontSize: 12 } };
      return o;
    },
  };
  const drawn = new WeakMap();
  const draw = () => document.querySelectorAll("[data-chart]").forEach(el => {
    const source = document.getElementById(el.dataset.from);
    if (!source || !kinds[el.dataset.chart]) return;
    const key = source.textContent + el.clientWidth + document.documentElement.dataset.bsTheme;
    if (drawn.get(el) === key) return;
    drawn.set(el, key);
    echarts.getInstanceByDom(el)?.dispose();
    echarts.init(el, null, { renderer: "svg" }).setOption(kinds[el.dataset.chart](JSON.parse(source.textContent), el.clientWidth < 480));
  });
  // ECharts is a megabyte: only pages with a chart fetch it.
  let coming;
  const boot = () => {
    if (!document.querySelector("[data-chart]")) return;
    if (window.echarts) return draw();
    coming ??= new Promise(ready => { const script = document.createElement("script"); script.src = document.body.dataset.echarts; script.onload = ready; document.head.append(script); });
    coming.then(draw);
  };
  boot();
  addEventListener("resize", boot);
  document.addEventListener("sd:theme", boot);
  document.addEventListener("htmx:afterSettle", boot);
})();
