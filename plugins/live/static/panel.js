// What the preview says over a page: what is broken, and that a page is a draft. In a shadow tree, out of the theme's way.

const FOLDED = "live-folded";
const host = document.createElement("unrolled-live");
const root = host.attachShadow({ mode: "open" });
const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/-live/panel.css" });
const notes = element("div", "notes");
const mark = element("span", "mark");
const chip = element("button", "chip");
const drawing = element("span", "drawing");
const silent = element("span", "silent", "The preview has ended: make serve starts it again");
const panel = element("section", "panel");
let problems = [];

mark.hidden = drawing.hidden = chip.hidden = silent.hidden = panel.hidden = true;
panel.setAttribute("aria-label", "What is broken");
notes.setAttribute("aria-live", "polite");
notes.append(mark, drawing, silent, chip);
root.append(sheet, notes, panel);
// A style sheet loads only inside the document; until then nothing of it is painted.
host.hidden = true;
document.documentElement.append(host);
sheet.addEventListener("load", () => (host.hidden = false));

chip.addEventListener("click", () => fold(false));
addEventListener("keydown", (event) => event.key === "Escape" && !panel.hidden && fold(true));

export function showMark(told) {
  const [kind, ...date] = told.split(" ");
  mark.hidden = !kind;
  if (kind === "draft") mark.replaceChildren(element("b", "", "Draft"), element("span", "", "not on the published site"));
  if (kind === "future") mark.replaceChildren(element("b", "", "Future"), element("span", "", `dated ${date.join(" ")}`));
}

export function showDrawing(told) {
  drawing.textContent = told;
  drawing.hidden = !told;
}

export function showSilence(isSilent) {
  silent.hidden = !isSilent;
}

export function showProblems(told) {
  const name = JSON.stringify(told);
  if (name === JSON.stringify(problems)) return;
  problems = told;
  const errors = told.filter(({ level }) => level === "error");
  chip.textContent = title();
  chip.classList.toggle("error", errors.length > 0);
  const close = element("button", "close", "Hide");
  close.append(element("kbd", "", "Esc"));
  close.addEventListener("click", () => fold(true));
  const head = element("header", "", element("h2", "", title()), close);
  const list = element("div", "list", ...told.map(entry));
  list.tabIndex = 0;
  panel.replaceChildren(head, list);
  panel.classList.toggle("error", errors.length > 0);
  // Warnings alone do not stand in the way; what the author has put away stays away until something else is broken.
  const folded = sessionStorage.getItem(FOLDED);
  fold(folded === null ? !errors.length : folded === String(hash(name)), false);
}

function fold(isFolded, isChosen = true) {
  if (isChosen && isFolded) sessionStorage.setItem(FOLDED, hash(JSON.stringify(problems)));
  if (!isFolded || !problems.length) sessionStorage.removeItem(FOLDED);
  panel.hidden = isFolded || !problems.length;
  chip.hidden = !isFolded || !problems.length;
}

function title() {
  const counted = (level) => {
    const count = problems.filter((problem) => problem.level === level).length;
    return count ? [`${count} ${level}${count > 1 ? "s" : ""}`] : [];
  };
  return [...counted("error"), ...counted("warning")].join(", ");
}

function entry({ level, place, about, said, details, line, excerpt }) {
  const article = element("article", level);
  if (place || about) article.append(element("p", "place", [place, about].filter(Boolean).join(": ")));
  article.append(element("h3", "", said));
  if (details.length) article.append(element("p", "details", details.join("\n")));
  if (excerpt.length) article.append(element("pre", "", ...excerpt.map(([number, text]) => code(number, text, number === line))));
  return article;
}

function code(number, text, isBlamed) {
  return element("span", isBlamed ? "line blamed" : "line", element("i", "", String(number)), `${text}\n`);
}

function element(tag, name, ...content) {
  const made = Object.assign(document.createElement(tag), { className: name });
  made.append(...content);
  return made;
}

function hash(text) {
  let value = 0;
  for (const letter of text) value = (value * 31 + letter.codePointAt(0)) | 0;
  return value;
}
