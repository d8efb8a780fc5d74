/** The two scripts of the report, as text. Pages work without them; they are inline and allowed by their hash. */

/** Table pages: sort by a column, filter by words, state and concept. */
export const tableScript = `(() => {
"use strict";
const table = document.querySelector("table.neurons");
if (!table) return;
const body = table.tBodies[0];
const rows = Array.from(body.rows, (row, order) => ({ row, order, text: row.textContent.toLowerCase() }));
const controls = document.querySelector(".controls");
const [words, state, fits, count] = ["words", "state", "fits", "count"].map((id) => document.getElementById(id));
controls.hidden = false;

const filter = () => {
  const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, text } of rows) {
    const keep = wanted.every((word) => text.includes(word))
      && (state.value === "" || row.dataset.state === state.value)
      && (!fits.checked || row.dataset.fits === "yes");
    row.hidden = !keep;
    if (keep) shown += 1;
  }
  count.textContent = shown + " of " + rows.length + " shown";
};

const valueOf = (row, column, numeric) => {
  const cell = row.cells[column];
  const value = cell.dataset.value ?? cell.textContent.trim();
  if (value === "") return null;
  return numeric ? Number(value) : value.toLowerCase();
};

const sort = (header) => {
  const numeric = header.dataset.sort === "number";
  const column = header.cellIndex;
  const current = header.getAttribute("aria-sort");
  const first = header.dataset.first ?? "ascending";
  const other = first === "ascending" ? "descending" : "ascending";
  const direction = current === first ? other : first;
  for (const cell of table.tHead.rows[0].cells) cell.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", direction);
  const sign = direction === "ascending" ? 1 : -1;
  const keyed = rows.map((item) => ({ item, value: valueOf(item.row, column, numeric) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null)
      return (a.value === null) - (b.value === null) || a.item.order - b.item.order;
    const difference = numeric ? a.value - b.value : a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
    return sign * difference || a.item.order - b.item.order;
  });
  body.append(...keyed.map(({ item }) => item.row));
};

for (const header of table.tHead.rows[0].cells) {
  if (!header.dataset.sort) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  button.addEventListener("click", () => sort(header));
  header.append(button);
}
for (const control of [words, state, fits]) control.addEventListener("input", filter);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  words.focus();
});
filter();
})();`;

/** Neuron pages: j and k or the arrows for the neighbours, u for the table, digits to play; one clip at a time. */
export const neuronScript = `(() => {
"use strict";
const follow = (relation) => document.querySelector("a[rel=" + relation + "]")?.click();
const toggle = (side, rank) => {
  const player = document.querySelectorAll("table." + side + " tbody tr")[rank - 1]?.querySelector("audio");
  if (!player) return;
  if (player.paused) player.play().catch(() => {});
  else player.pause();
};
document.addEventListener("play", (event) => {
  for (const player of document.querySelectorAll("audio"))
    if (player !== event.target) player.pause();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit) return toggle(event.shiftKey ? "low" : "high", Number(digit[1]));
  const arrows = !event.target.closest("audio, pre, .scroll");
  if (event.key === "j" || (arrows && event.key === "ArrowRight")) follow("next");
  else if (event.key === "k" || (arrows && event.key === "ArrowLeft")) follow("prev");
  else if (event.key === "u") follow("up");
});
})();`;
