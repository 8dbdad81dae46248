// What a page does with its figures: each goes step by step, answers for its numbers, has a menu, lights up with the code
// that it is drawn from, and is shown as large as the window lets it. For the keyboard it is one stop.

const words = JSON.parse(document.querySelector("meta[name=words]")?.content ?? "{}"); // of a page in another language
const say = (english, values) => (words[english] ?? english).replace(/%\((\w+)\)s/g, (_, name) => values[name]);

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

const noMotion = matchMedia("(prefers-reduced-motion)");
if (noMotion.matches) for (const play of document.querySelectorAll(".param .go")) play.remove();

// A figure's controls are one stop for the keyboard, and so is a block of code: its button, or the code itself where that
// scrolls. From there arrow keys go on, to its ties too, and Enter does in code. The links that lead back from a figure are
// reached by a tie; words that repeat one, and headings that are in the contents, need no stop.
const STOPS = ".go, input, summary, .copy, pre[role], a.tie, .ties a";
const groups = [...document.querySelectorAll(".controls, .highlight, .ties")].map(group => {
  const stops = () => [...group.querySelectorAll(STOPS)];
  const stop = at => stops().forEach(it => { it.tabIndex = it === at ? 0 : -1; });
  const rest = () => stop(group.matches(".ties") ? undefined : group.querySelector("pre[role]") ?? stops()[0]);
  group.addEventListener("focusin", ({ target }) => stops().includes(target) && stop(target));
  group.addEventListener("focusout", ({ relatedTarget: to }) => group.contains(to) || rest());
  group.addEventListener("keydown", event => {
    const { target, key } = event;
    const all = stops();
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    const isCode = target.matches("pre");
    const to = isCode && key === "Enter" ? group.querySelector("a.tie") ?? all[0] : all[all.indexOf(target) + by];
    if (!all.includes(target) || !to || (key !== "Enter" && goesOn(target, by))) return;
    event.preventDefault();
    to.focus();
  });
  return rest;
});
const listed = new Set([...document.querySelectorAll(".toc a")].map(entry => entry.hash));
for (const link of document.querySelectorAll(".prose a.tie, .prose :is(h2, h3) > a:only-child")) {
  if (link.matches(".tie") ? !link.closest(".highlight") : listed.has(link.hash)) link.tabIndex = -1;
}
const fitted = new ResizeObserver(() => groups.forEach(rest => rest())); // after that of page.js
fitted.observe(document.querySelector("main"));

// Arrows move a slider, and what scrolls, until it is at its end.
function goesOn({ type, value, min, max, scrollLeft, scrollWidth, clientWidth }, by) {
  if (type === "range") return value !== (by < 0 ? min : max);
  return by < 0 ? scrollLeft > 0 : scrollLeft + clientWidth < scrollWidth - 1;
}

for (const menu of document.querySelectorAll(".more")) {
  const stops = [...menu.querySelectorAll("summary, li > *")];
  menu.addEventListener("keydown", event => {
    const to = stops.indexOf(event.target) + { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") {
      menu.open = false;
      stops[0].focus();
    } else if (menu.open && to >= 0) {
      event.preventDefault();
      event.stopPropagation();
      stops[to]?.focus();
    }
  });
  menu.addEventListener("focusout", ({ relatedTarget: to }) => { menu.open &&= !to || menu.contains(to); });
}

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll(".more[open]")) menu.open = menu.firstChild.contains(target);
});

// Without a script the address opens it.
for (const link of document.querySelectorAll(".menu [href$='-data']")) {
  const data = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  link.ariaExpanded = data.matches(":target");
  link.addEventListener("click", event => {
    event.preventDefault();
    const opens = !data.checkVisibility();
    link.ariaExpanded = data.classList.toggle("open", opens);
    (opens ? data : link.closest(".more").firstChild).focus();
    if (!opens && data.matches(":target")) location.hash = data.parentElement.id;
  });
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
for (const event of ["pointerover", "focusin", "focusout", "click", "hashchange", "redrawn"]) addEventListener(event, light);
light({ type: "hashchange" });

function light({ target, type, relatedTarget }) {
  const before = String(Object.values(lit));
  if (type === "pointerover") lit.pointed = tieOf(target);
  if (type === "focusin") lit.focused = tieOf(target);
  if (type === "focusout") lit.focused = tieOf(relatedTarget);
  if (type === "click") lit.aimed = tieOf(target); // a link need not have the focus when it is tapped
  if (type === "hashchange") lit.aimed = tieOf(document.querySelector(":target")); // not at each move of the pointer
  if (type !== "redrawn" && String(Object.values(lit)) === before) return;
  const now = Object.values(lit);
  for (const it of document.querySelectorAll("[data-tie]")) it.classList.toggle("lit", now.includes(it.dataset.tie));
}

function tieOf(element) {
  return element?.closest?.("[data-tie]")?.dataset.tie;
}

// What answers for a figure's numbers is loaded when its drawing or Ask is first touched, and then answers to that touch,
// until there is another drawing.
const touches = new WeakMap();
for (const touch of ["pointerover", "focusin", "click"]) addEventListener(touch, touched);
addEventListener("redrawn", ({ target }) => {
  touches.get(target)?.redrawn.abort();
  touches.delete(target);
});

function touched(event) {
  const figure = event.target.closest?.("[data-asks] :is(.scroll, .ask)")?.closest("figure");
  if (!figure) return;
  const touch = touches.get(figure) ?? { redrawn: new AbortController() };
  if (event.type === "click" || touch.event?.type !== "click") touch.event = event;
  if (touches.get(figure)) return;
  touches.set(figure, touch);
  import("./ask.js").then(({ answer }) => answer(figure, say, touch)).catch(() => touches.delete(figure));
}

const dialog = document.createElement("dialog");
const close = Object.assign(document.createElement("button"), { type: "button", textContent: say("Close") });
const header = document.createElement("header");
const place = document.createElement("figure"); // keeps that of the figure in the page
let lent; // the figure that the dialog shows, its drawing, and what is to have the focus afterwards

dialog.className = "enlarged";
header.append(close);
dialog.append(header);
close.addEventListener("click", () => dialog.close());
dialog.addEventListener("close", giveBack);
addEventListener("resize", fit);
addEventListener("redrawn", ({ target }) => {
  if (lent?.figure !== target) return;
  lent.drawing = drawingOf(target);
  fit();
});

for (const button of document.querySelectorAll(".enlarge")) {
  button.addEventListener("click", () => enlarge(button.closest("figure"), button.closest(".more").firstChild));
}

function enlarge(figure, stop) {
  const drawing = drawingOf(figure);
  place.style.height = `${figure.getBoundingClientRect().height}px`;
  place.className = figure.className;
  dialog.ariaLabel = figure.querySelector("figcaption b, svg title")?.textContent ?? drawing.alt;
  figure.replaceWith(place, dialog);
  dialog.append(figure);
  lent = { figure, drawing, stop };
  dialog.showModal();
  fit();
}

function drawingOf(figure) {
  const box = figure.querySelector(".scroll") ?? figure;
  return box.querySelector("svg.wide") ?? box.querySelector("svg, img");
}

function giveBack() {
  const { figure, drawing, stop } = lent;
  lent = undefined;
  drawing.style.width = drawing.style.height = "";
  dialog.remove();
  place.replaceWith(figure);
  stop.focus();
}

// Larger where there is room, never smaller: then its box scrolls.
function fit() {
  const box = lent?.figure.querySelector(".scroll");
  if (!box) return;
  const { drawing } = lent;
  drawing.style.width = drawing.style.height = "";
  const { width, height } = drawing.getBoundingClientRect();
  const scale = Math.max(1, Math.min(box.clientWidth / width, box.clientHeight / height));
  drawing.style.width = `${width * scale}px`;
  drawing.style.height = `${height * scale}px`;
}

// A figure of a sequence, step by step: what is past stays as drawn, what is now stands in ink, what comes later is outlined.
// The kit draws the same (`focus`); each part says its step and its kind. It rests at its end with all of it drawn, as it is
// printed and as it is without a script: what its caption says is to be seen before anybody has touched it.
const SECONDS = 1.6;
const NUMBER = /^[−-]?\d+(\.\d+)?$|\d\.\d/;
const paper = matchMedia("print");

for (const steps of document.querySelectorAll(".steps")) stepped(steps);

function stepped(steps) {
  const figure = steps.closest("figure");
  const play = steps.querySelector("button");
  const slider = steps.querySelector("input");
  const said = steps.querySelector("output");
  let rests = true; // until a step is taken
  let changes, timer, loaded, motion;

  const sentences = () => steps.querySelectorAll("p");

  function go(step) {
    rests = false;
    changes ??= [...figure.querySelectorAll("[data-step]")].flatMap(part => [...changesOf(part)]);
    slider.value = step;
    tell(step);
    show(step);
    reveal(step);
  }

  function tell(step) {
    said.innerHTML = sentences()[step - 1].innerHTML;
    slider.ariaValueText = said.querySelector("b").textContent;
  }

  // What is printed is all of it at once, step 0.
  function show(step) {
    for (const { of, mark, name, past, now, later } of changes) {
      const value = !step || of < step ? past : of > step ? later : now;
      if (value === null) mark.removeAttribute(name);
      else mark.setAttribute(name, value);
    }
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
    box.scrollBy({ left: middle - left - width / 2, behavior: noMotion.matches ? "instant" : "smooth" });
  }

  // What moves when it is played: until it is loaded, and for who wants no motion, nothing.
  async function load() {
    if (loaded || noMotion.matches || !figure.dataset.asks) return;
    loaded = true;
    motion = await import("./motion.js").then(it => it.motionOf(figure)).catch(() => {});
  }

  function stop() {
    motion?.stop();
    pause();
  }

  function pause() {
    clearInterval(timer);
    timer = undefined;
    figure.classList.remove("playing");
    says(play, false);
  }

  // Who wants no motion takes one step at a time.
  function start() {
    const step = Number(slider.value);
    go(step < slider.max ? step + 1 : 1);
    if (noMotion.matches) return;
    motion?.play(slider.value);
    figure.classList.add("playing");
    says(play, true);
    timer = setInterval(() => {
      go(Number(slider.value) + 1);
      motion?.play(slider.value);
      if (slider.value === slider.max) pause();
    }, 1000 * SECONDS);
  }

  // Another picture of the figure stands at the same step, or rests as the one before it did.
  function redrawn() {
    motion?.stop();
    changes = loaded = motion = undefined;
    if (!sentences().length) return;
    if (!rests) return go(slider.value);
    slider.value = slider.max;
    tell(slider.max);
  }

  slider.value = slider.max; // a browser may remember another from the last visit
  for (const touch of ["pointerover", "focusin"]) steps.addEventListener(touch, load);
  paper.addEventListener("change", () => rests || show(paper.matches ? 0 : Number(slider.value)));
  figure.addEventListener("redrawn", redrawn);
  figure.addEventListener("asked", () => timer ? stop() : motion?.stop());
  figure.classList.add("stepped");
  play.addEventListener("click", () => timer ? stop() : start());
  slider.addEventListener("input", () => { stop(); go(Number(slider.value)); });
}

// Says what a button does that plays.
export function says(button, pauses) {
  button.lastChild.data = pauses ? say("Pause") : say("Play");
  button.querySelector("path").setAttribute("d", pauses ? "M0 0h3v12H0zm6 0h3v12H6z" : "M0 0v12l10-6z");
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
      if (hasNumbers || kind === "phrase" || NUMBER.test(mark.textContent)) yield change("visibility", { later: "hidden" });
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
      if (!isOutlined && kind !== "ground") yield change("stroke", { later: "var(--rule)" });
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
