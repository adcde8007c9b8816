// Copies what the browser needs from node_modules into the product, with version, licence and sha256 in VENDORED.md.
// Run after `npm ci`; the result is committed. Source map references are cut: the maps are not shipped.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const into = join(here, "../src/squaredeal/site/static/vendor");
const from = (name, file) => readFileSync(join(here, "node_modules", name, file), "utf8");
const about = name => JSON.parse(from(name, "package.json"));
const files = [
  ["htmx.org", "dist/htmx.min.js", "htmx.min.js", ["LICENSE"]],
  ["@tabler/core", "dist/css/tabler.min.css", "tabler.min.css", ["LICENSE"]],
  ["echarts", "dist/echarts.min.js", "echarts.min.js", ["LICENSE", "NOTICE"]],
];
// Their licence where the package does not carry the file.
const mit = "MIT License\n\nCopyright (c) 2018-2026 The Tabler Authors\nCopyright (c) 2018-2026 codecalm.net Paweł Kuna\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\nof this software and associated documentation files (the \"Software\"), to deal\nin the Software without restriction, including without limitation the rights\nto use, copy, modify, merge, publish, distribute, sublicense, and/or sell\ncopies of the Software, and to permit persons to whom the Software is\nfurnished to do so, subject to the following conditions:\n\nThe above copyright notice and this permission notice shall be included in all\ncopies or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR\nIMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,\nFITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE\nAUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER\nLIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,\nOUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE\nSOFTWARE.\n";
const lines = [];

rmSync(into, { recursive: true, force: true });
mkdirSync(join(into, "licences"), { recursive: true });
const put = (file, text, { name, origin }) => {
  writeFileSync(join(into, file), text);
  const { version, license } = about(name);
  lines.push(`| ${file} | ${name} ${version} | ${license} | ${origin} | \`${createHash("sha256").update(text).digest("hex")}\` |`);
};
const licence = (name, file) => {
  let text;
  try { text = from(name, file); } catch { text = mit; }
  writeFileSync(join(into, "licences", `${name.replace(/[@/]+/g, "-").replace(/^-/, "")}-${file}.txt`), text);
};

for (const [name, origin, file, papers] of files) {
  const text = from(name, origin).replace(/\n?\/\*# sourceMappingURL=.*?\*\/\s*$|\n?\/\/# sourceMappingURL=\S*\s*$/, "\n");
  put(file, text, { name, origin });
  papers.forEach(paper => licence(name, paper));
}

const icons = readFileSync(join(here, "icons.txt"), "utf8").split(/\s+/).filter(Boolean).sort();
const symbols = icons.map(icon => {
  const svg = from("@tabler/icons", `icons/outline/${icon}.svg`);
  const drawn = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="i-${icon}" viewBox="0 0 24 24">${drawn.replace(/\s*\n\s*/g, "").replace(/<path stroke="none"[^>]*>/g, "")}</symbol>`;
});
put("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`, { name: "@tabler/icons", origin: "icons/outline/*.svg named in frontend/icons.txt" });
licence("@tabler/icons", "LICENSE");

writeFileSync(join(into, "VENDORED.md"), `# From others, copied unchanged\nWritten by \`frontend/vendor.mjs\`; only source map references are cut, and the icons gathered into one file. Licence texts in \`licences/\`.\n\n| file | package | licence | from | sha256 |\n|---|---|---|---|---|\n${lines.join("\n")}\n`);
