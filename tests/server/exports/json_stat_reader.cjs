// Every number of a JSON-stat file as jsonstat-toolkit reads it: one line of JSON for each, the
// codes of its dimensions in the order of the file, the value and the status.
// node json_stat_reader.cjs FOLDER-OF-NODE-MODULES FILE
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const [folder, file] = process.argv.slice(2);
const JSONstat = createRequire(`${folder}/`)("jsonstat-toolkit");
const data = JSONstat(JSON.parse(readFileSync(file, "utf8")));
const ids = data.id;
const axes = ids.map((id) => data.Dimension(id).id);
const total = axes.reduce((product, axis) => product * axis.length, 1);
for (let place = 0; place < total; place += 1) {
  let rest = place;
  const codes = [];
  for (let at = axes.length - 1; at >= 0; at -= 1) {
    codes.unshift(axes[at][rest % axes[at].length]);
    rest = Math.floor(rest / axes[at].length);
  }
  const query = Object.fromEntries(ids.map((id, at) => [id, codes[at]]));
  const cell = data.Data(query);
  console.log(JSON.stringify([codes, cell.value, cell.status ?? null]));
}
