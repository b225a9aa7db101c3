// Answers what waits by keys: the row in focus, its forms and links, and nothing else. Each key
// does what a button on the page does, by the same form; without scripts the buttons are there.

const QUIET_MILLISECONDS = 700;
const PLACE = "ledgerhand-row";
const FIELDS = "input, textarea, select, [contenteditable]";

let isSent = false;

const rows = () => [...document.querySelectorAll("[data-row]")];

const current = () => document.activeElement?.closest("[data-row]") ?? null;

const chosen = (row) =>
  row.querySelector("[data-candidate][aria-current]") ?? row.querySelector("[data-candidate]");

function move(by) {
  const all = rows();
  const place = all.indexOf(current());
  const next = all[place < 0 ? 0 : Math.min(Math.max(place + by, 0), all.length - 1)];
  next?.focus();
}

function choose(row, number) {
  const wanted = row.querySelector(`[data-candidate="${number}"]`);
  if (!wanted) return;
  for (const one of row.querySelectorAll("[data-candidate]")) one.removeAttribute("aria-current");
  wanted.setAttribute("aria-current", "true");
  wanted.querySelector("details")?.setAttribute("open", "");
  wanted.scrollIntoView({ block: "nearest" });
}

// Once for each page that was loaded, and not in the moment after it appears: a key that was
// pressed twice is one answer, and none to the row that comes next.
function press(button, row) {
  if (!button || isSent || performance.now() < QUIET_MILLISECONDS) return;
  isSent = true;
  sessionStorage.setItem(PLACE, String(rows().indexOf(row)));
  button.form.requestSubmit(button);
}

function act(key, row) {
  if (/^[1-9]$/.test(key)) choose(row, key);
  else if (key === "a" || key === "Enter") press(chosen(row)?.querySelector("[data-accept]"), row);
  else if (key === "r") press(row.querySelector("[data-reject]"), row);
  else if (key === "s") row.querySelector("[data-split]")?.click();
  else return false;
  return true;
}

const isTyping = (event) =>
  event.isComposing || event.ctrlKey || event.altKey || event.metaKey ||
  event.target.closest?.(FIELDS) != null;

function heard(event) {
  if (isTyping(event) || event.defaultPrevented) return;
  const { key, target } = event;
  const row = current();
  if (key === "?") help.open = !help.open;
  else if (key === "j" || (key === "ArrowDown" && target === row)) move(1);
  else if (key === "k" || (key === "ArrowUp" && target === row)) move(-1);
  else if (!row || event.shiftKey || event.repeat || (key === "Enter" && target !== row)) return;
  else if (!act(key, row)) return;
  event.preventDefault();
}

function goOn() {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place !== null) rows()[Math.min(Number(place), rows().length - 1)]?.focus();
}

const help = document.getElementById("keys");
if (help) {
  help.hidden = !rows().length;
  document.addEventListener("keydown", heard);
  window.addEventListener("pageshow", () => { isSent = false; });
  goOn();
}
