// What a page does with its figures: what scrolls can be reached by keyboard, what is tied by tapping it, and one is shown
// as large as the window lets it.

const words = JSON.parse(document.querySelector("meta[name=words]")?.content ?? "{}"); // of a page in another language
const say = (english, values) => (words[english] ?? english).replace(/%\((\w+)\)s/g, (_, name) => values[name]);

const observer = new ResizeObserver(entries => entries.forEach(({ target }) => mind(target)));
for (const box of document.querySelectorAll(".diagram > .scroll")) observer.observe(box);

// Drawings out of sight have waited while the page began. Whenever it rests they are drawn, a few at a time, so that
// nobody ever scrolls to, prints or photographs an empty place.
const waiting = [...document.querySelectorAll(".scroll > svg")];
const atRest = window.requestIdleCallback ?? setTimeout;
if (waiting.length) atRest(drawn);

function drawn(rest) {
  do {
    const drawing = waiting.shift();
    drawing.style.contentVisibility = "visible";
    drawing.getBBox(); // and so it is laid out, which is what takes time
  } while (waiting.length && rest?.timeRemaining() > 8);
  if (waiting.length) atRest(drawn);
}

// Where nothing scrolls, a stop for the keyboard would be in vain.
function mind(box) {
  if (box.scrollWidth > box.clientWidth) {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", nameOf(box.parentElement));
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}

function nameOf(figure) {
  const told = figure.querySelector("figcaption b") ?? figure.querySelector("svg title");
  return told?.textContent ?? figure.querySelector("img")?.alt ?? "";
}

// A part of a drawing is tied by the link that stands for it, which a keyboard reaches without this.
document.addEventListener("click", event => {
  const part = event.target.closest("svg [data-tie]");
  part?.closest("figure")?.querySelector(`.ties [data-tie="${part.dataset.tie}"]`)?.focus({ preventScroll: true });
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const tie = event.target.closest("a.tie");
  if (tie) follow(tie, event);
  else if (leadsBack.isConnected && event.target.closest("a") === leadsBack.parentElement) goBack(event);
});

// A tap on a tie lights the figure where that is in sight. Else the page goes there, and a link leads back.
const leadsBack = document.createElement("span");
leadsBack.textContent = " – " + say("back to the text");
let left; // the tie that was followed, how far down the window it stood, and whether the address has changed

function follow(tie, event) {
  leadsBack.remove();
  const stop = document.getElementById(decodeURIComponent(tie.hash.slice(1)));
  const parts = stop?.closest("figure").querySelectorAll(`svg [data-tie="${tie.dataset.tie}"]`) ?? [];
  if (event.detail && [...parts].some(isInSight)) { // a key that is pressed is to bring the focus there
    event.preventDefault();
  } else if (stop) {
    left = { tie, top: tie.getBoundingClientRect().top, isNew: location.hash !== tie.hash };
    stop.append(leadsBack);
  }
}

function isInSight(part) {
  const { left, right, top, bottom, width } = part.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const box = part.closest(".scroll").getBoundingClientRect();
  return width > 0 && y > 0 && y < innerHeight && x > box.left && x < box.right;
}

// By the history, so that the address is what it was, and the figure no longer its target.
function goBack(event) {
  event.preventDefault();
  leadsBack.remove();
  if (!left.isNew) return putBack();
  addEventListener("hashchange", () => requestAnimationFrame(putBack), { once: true });
  history.back();
}

function putBack() {
  scrollBy({ top: left.tie.getBoundingClientRect().top - left.top, behavior: "instant" });
  left.tie.focus({ preventScroll: true });
}

addEventListener("hashchange", () => location.hash === left?.tie.hash || leadsBack.remove());

// What is tied lights up together. Where no script runs the style sheet does it, for the first 36 of a page: it has to
// look through the whole page for each, again and again while that is built.
const lit = {}; // the number of what the pointer is over, of what has the focus, of what was tapped or the address leads to
for (const event of ["pointerover", "focusin", "focusout", "click", "hashchange"]) addEventListener(event, light);
light({ type: "hashchange" });

function light({ target, type, relatedTarget }) {
  const before = String(Object.values(lit));
  if (type === "pointerover") lit.pointed = tieOf(target);
  if (type === "focusin") lit.focused = tieOf(target);
  if (type === "focusout") lit.focused = tieOf(relatedTarget);
  if (type === "click") lit.aimed = tieOf(target); // a link need not have the focus when it is tapped
  if (type === "hashchange") lit.aimed = tieOf(document.querySelector(":target")); // not at each move of the pointer
  const now = Object.values(lit);
  if (String(now) === before) return;
  for (const it of document.querySelectorAll("[data-tie]")) it.classList.toggle("lit", now.includes(it.dataset.tie));
}

function tieOf(element) {
  return element?.closest?.("[data-tie]")?.dataset.tie;
}

const dialog = document.createElement("dialog");
const called = document.createElement("span");
const close = Object.assign(document.createElement("button"), { type: "button", textContent: say("Close") });
const sheet = Object.assign(document.createElement("div"), { className: "sheet", tabIndex: 0 });
const header = document.createElement("header");
let lent; // the drawing that the dialog shows, and what holds its place in the page

dialog.className = "enlarged";
header.append(called, close);
dialog.append(header, sheet);
close.addEventListener("click", () => dialog.close());
sheet.addEventListener("click", ({ target }) => target === sheet && dialog.close());
dialog.addEventListener("close", giveBack);
addEventListener("resize", fit);

for (const button of document.querySelectorAll(".enlarge")) {
  button.addEventListener("click", () => enlarge(button.closest("figure")));
}

function enlarge(figure) {
  const drawing = figure.querySelector("svg.wide") ?? figure.querySelector("svg, img");
  const place = drawing.cloneNode(false); // as large, and empty
  place.removeAttribute("id");
  drawing.replaceWith(place);
  lent = { drawing, place };
  called.textContent = nameOf(figure);
  dialog.setAttribute("aria-label", called.textContent);
  sheet.append(drawing);
  document.body.append(dialog);
  dialog.showModal();
  fit();
}

function giveBack() {
  lent.drawing.style.width = lent.drawing.style.height = "";
  lent.place.replaceWith(lent.drawing);
  lent = undefined;
  dialog.remove();
}

// Larger where there is room, never smaller: then the sheet scrolls.
function fit() {
  if (!lent) return;
  const { drawing } = lent;
  const width = Number(drawing.getAttribute("width"));
  const height = Number(drawing.getAttribute("height"));
  const { paddingLeft, paddingTop } = getComputedStyle(sheet);
  const scale = Math.max(1, Math.min((sheet.clientWidth - 2 * parseFloat(paddingLeft)) / width, (sheet.clientHeight - 2 * parseFloat(paddingTop)) / height));
  drawing.style.width = `${width * scale}px`;
  drawing.style.height = `${height * scale}px`;
}

// A figure of a sequence, step by step: what is past stays as drawn, what is now stands in ink, what comes later is outlined.
// The kit draws the same (`focus`); each part says its step and its kind. The first place of the slider is the whole figure.
const SECONDS = 3;
const NUMBER = /^[−-]?\d+(\.\d+)?$|\d\.\d/;

for (const steps of document.querySelectorAll(".steps")) stepped(steps);

function stepped(steps) {
  const figure = steps.parentElement;
  const [before, play, after] = steps.querySelectorAll("button");
  const slider = steps.querySelector("input");
  const said = steps.querySelector("output");
  const sentences = [...steps.querySelectorAll("p")].map(it => it.textContent);
  const last = sentences.length;
  let changes, timer;

  function go(step) {
    slider.value = step;
    slider.ariaValueText = step ? say("%(step)s of %(steps)s", { step, steps: last }) : say("All steps");
    before.ariaDisabled = step === 0;
    after.ariaDisabled = step === last;
    const sentence = sentences[step - 1] ?? say("All steps");
    if (said.textContent !== sentence) said.textContent = sentence; // or it would be read out again
    show(step);
    reveal(step);
  }

  function show(step) {
    changes ??= begin();
    for (const { of, mark, name, past, now, later } of changes) {
      const value = !step || of < step ? past : of > step ? later : now;
      if (value === null) mark.removeAttribute(name);
      else mark.setAttribute(name, value);
    }
  }

  // Only who steps pays for it: a page begins with reading.
  function begin() {
    figure.classList.add("stepped");
    matchMedia("print").addEventListener("change", ({ matches }) => show(matches ? 0 : Number(slider.value)));
    return [...figure.querySelectorAll("[data-step]")].flatMap(part => [...changesOf(part)]);
  }

  // What is now may stand out of sight in a box that scrolls.
  function reveal(step) {
    const box = figure.querySelector(".scroll");
    const parts = [...box.querySelectorAll(`[data-step="${step}"]`)].filter(part => part.checkVisibility());
    if (!parts.length || box.scrollWidth <= box.clientWidth) return;
    const { left, width } = box.getBoundingClientRect();
    const places = parts.map(part => part.getBoundingClientRect());
    const [start, end] = [Math.min(...places.map(it => it.left)), Math.max(...places.map(it => it.right))];
    const first = places[Math.max(0, parts.findIndex(part => part.dataset.kind === "block"))];
    // Where two directions are at either end there is no room for both: then for that which is named first.
    const middle = end - start > width ? (first.left + first.right) / 2 : (start + end) / 2;
    box.scrollBy({ left: middle - left - width / 2, behavior: matchMedia("(prefers-reduced-motion)").matches ? "instant" : "smooth" });
  }

  function move(by) {
    stop();
    const step = Number(slider.value) + by;
    if (step >= 0 && step <= last) go(step);
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    name(say("Play"), "M5 3v10l8-5z");
  }

  function start() {
    const step = Number(slider.value);
    go(step < last ? step + 1 : 1);
    name(say("Pause"), "M5 3v10M11 3v10");
    timer = setInterval(() => {
      const next = Number(slider.value) + 1;
      if (next > last) stop();
      else go(next);
    }, 1000 * SECONDS);
  }

  function name(label, path) {
    play.ariaLabel = label;
    play.querySelector("path").setAttribute("d", path);
  }

  before.addEventListener("click", () => move(-1));
  after.addEventListener("click", () => move(1));
  play.addEventListener("click", () => timer ? stop() : start());
  slider.addEventListener("input", () => { stop(); go(Number(slider.value)); });
  steps.addEventListener("keydown", event => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.target === slider) return;
    event.preventDefault();
    move(by);
  });
}

// Tells which attributes of a part's marks change: its value as drawn, now, and later; null is none.
function* changesOf(part) {
  const { step, kind, bars } = part.dataset;
  const hasNumbers = kind === "vector" || kind === "given";
  const marks = [...part.querySelectorAll("path:not(.halo), text")];
  const lines = marks.filter(mark => mark.hasAttribute("stroke")).map(mark => mark.getAttribute("d"));
  for (const mark of marks) {
    const past = name => mark.getAttribute(name);
    const change = (name, { now = past(name), later = past(name) }) => ({ of: Number(step), mark, name, past: past(name), now, later });
    if (mark.tagName === "text") {
      yield change("fill", { now: kind === "block" ? "var(--paper)" : undefined, later: "var(--muted)" });
      if (kind === "name") yield change("font-weight", { now: 600 });
      if (hasNumbers || NUMBER.test(mark.textContent)) yield change("visibility", { later: "hidden" });
    } else if (mark.hasAttribute("stroke")) {
      const width = Number(past("stroke-width") ?? 1);
      const heavy = kind === "arrow" ? 1.5 * width : kind === "vector" && width === 1.5 ? 2.5 : width;
      const isSign = kind === "block" && width === 2;
      yield change("stroke", { now: isSign ? "var(--paper)" : undefined, later: "var(--rule)" });
      yield change("stroke-width", { now: heavy, later: Math.min(width, 1) });
      yield change("opacity", { later: null });
      if (parseFloat(past("stroke-dasharray")) >= 1) yield change("stroke-dasharray", { later: null });
    } else if (kind === "arrow" || kind === "solid") {
      yield change("fill", { later: "var(--rule)" });
    } else {
      const isOutlined = hasNumbers || lines.includes(past("d"));
      yield change("fill", { now: kind === "block" && past("fill") === "var(--block)" ? "var(--ink)" : undefined, later: "none" });
      if (!isOutlined) yield change("stroke", { later: "var(--rule)" });
    }
  }
  if (bars) {
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "path");
    bar.setAttribute("d", bars);
    bar.setAttribute("fill", "var(--ink)");
    part.parentNode.append(bar);
    yield { of: Number(step), mark: bar, name: "visibility", past: "hidden", now: null, later: "hidden" };
  }
}
