// Charts in the house style: tokens for colours, labels on the lines, hairlines, SVG, no animation.
// <div class="sd-chart" data-chart="pace|lines|bars" data-from="id" role="img" aria-label="the sentence"></div>{{ value|json_script:"id" }}
(() => {
  if (window.sdCharts) return;  // every page has it; asking for it again must not draw twice
  window.sdCharts = true;
  const css = name => getComputedStyle(document.documentElement).getPropertyValue("--sd-" + name).trim();
  const grouped = number => Number(number).toLocaleString("en-US").replace("-", "−");
  const base = () => ({
    animation: false, textStyle: { fontFamily: css("hei"), fontSize: 12, color: css("ink-3") },
    grid: { left: 48, right: 108, top: 16, bottom: 26 },
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: css("card"), borderColor: css("line"), textStyle: { color: css("ink"), fontSize: 12 }, valueFormatter: grouped, axisPointer: { lineStyle: { color: css("edge"), type: "dotted" } } },
    xAxis: { type: "category", boundaryGap: false, axisLine: { lineStyle: { color: css("edge") } }, axisTick: { show: false }, axisLabel: { color: css("ink-3"), hideOverlap: true } },
    yAxis: { type: "value", min: 0, splitLine: { lineStyle: { color: css("line") } }, axisLabel: { color: css("ink-3"), formatter: grouped }, splitNumber: 4 },
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
  const ruler = document.createElement("canvas").getContext("2d");
  const widest = texts => { ruler.font = `700 12px ${css("hei")}`; return Math.ceil(Math.max(...texts.map(text => ruler.measureText(text || "").width))); };
  const kinds = {
    // d: {x: [day…], ticks: [day…], today: index, unit, series: [{role: last|target|commit|done, name, label, data}], now: {label, value}, gap: {label, from, to}}
    pace(d, phone) {
      const o = base(); axis(o, d); o.grid.right = 12 + widest([...d.series.map(s => s.label), d.gap?.label]); if (phone) o.grid.left = 40;
      const end = d.x.length - 1, beside = [];
      const said = (s, color) => { beside.push({ text: s.label, value: s.data.at(-1), color }); return { endLabel: { show: false } }; };
      const looks = {
        last: s => line(s, css("c6"), { line: { width: 1.5 }, rest: said(s, css("ink-3")) }),
        target: s => line(s, css("ink"), { line: { width: 1.5, type: [2, 3] }, rest: said(s, css("ink")) }),
        commit: s => line(s, css("jade"), { line: { type: [5, 4] }, rest: { ...said(s, css("jade")), ...(d.gap ? { markLine: { silent: true, symbol: "none", lineStyle: { color: css("ink"), width: 3, type: "solid" }, label: { show: false }, data: [[{ coord: [end, d.gap.from] }, { coord: [end, d.gap.to] }]] } } : {}) } }),
        done: s => line(s, css("jade"), { area: true, line: { width: 2.5 }, rest: d.now ? {
          markPoint: { symbol: "circle", symbolSize: 8, itemStyle: { color: css("jade"), borderColor: css("sheet"), borderWidth: 2 }, label: { show: true, position: [12, 8], color: css("ink"), fontWeight: 600, textBorderColor: css("sheet"), textBorderWidth: 3, formatter: d.now.label }, data: [{ coord: [d.today, d.now.value] }] },
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: css("edge"), type: "dotted" }, data: [{ xAxis: d.today }] } } : {} }),
      };
      o.series = d.series.map(s => looks[s.role](s));
      if (d.gap) beside.push({ text: d.gap.label, value: (d.gap.from + d.gap.to) / 2, color: css("ink"), bold: true });
      return { ...o, beside };
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
  // What is said at the lines' ends, each at its height, moved apart where two would touch.
  const apart = (chart, beside, end) => {
    const LINE = 16, x = chart.convertToPixel({ xAxisIndex: 0 }, end) + 9;
    const rows = beside.filter(b => b.text && b.value != null).map(b => ({ ...b, y: chart.convertToPixel({ yAxisIndex: 0 }, b.value) })).sort((a, b) => a.y - b.y);
    for (let turn = 0; turn < 20; turn++) for (let i = 1; i < rows.length; i++) {
      const short = LINE - (rows[i].y - rows[i - 1].y);
      if (short > 0) { rows[i - 1].y -= short / 2; rows[i].y += short / 2; }
    }
    chart.setOption({ graphic: rows.map(b => ({ type: "text", silent: true, x, y: b.y, style: { text: b.text, fill: b.color, verticalAlign: "middle", font: `${b.bold ? 700 : 400} 12px ${css("hei")}` } })) });
  };
  const drawn = new WeakMap();
  const draw = () => document.querySelectorAll("[data-chart]").forEach(el => {
    const source = document.getElementById(el.dataset.from);
    if (!source || !kinds[el.dataset.chart]) return;
    const key = source.textContent + el.clientWidth + document.documentElement.dataset.bsTheme;
    if (drawn.get(el) === key) return;
    drawn.set(el, key);
    echarts.getInstanceByDom(el)?.dispose();
    const chart = echarts.init(el, null, { renderer: "svg" }), { beside, ...option } = kinds[el.dataset.chart](JSON.parse(source.textContent), el.clientWidth < 480);
    chart.setOption(option);
    if (beside?.length) apart(chart, beside, option.xAxis.data.length - 1);
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
