// Figures with a slider: all that it shows was drawn when the site was built, and is loaded when it is first touched. While it
// moves, the code and the words that it is tied to say the value of the picture. Where many pictures differ little, as those of a
// training do, it loads what changes (snapshots.js), and can play.

import { says } from "./figures.js";

const EPOCH_MS = 250;
const sliders = [...document.querySelectorAll(".param")].map(slides);
const led = new Map(); // by tie: the figure whose slider the reader moved last, which the words follow

function slides(param) {
  const figure = param.closest("figure");
  const slider = param.querySelector("input");
  const shown = param.querySelector(".value");
  const stops = [...param.querySelectorAll(".vary > *")];
  const values = param.dataset.values?.split(" ") ?? stops.map(textOf);
  const play = param.querySelector(".go");
  const first = param.dataset.values && figure.querySelector(".scroll").cloneNode(true); // before it goes step by step
  const tie = param.dataset.tie;
  let at = Number(slider.defaultValue); // what the picture shows
  let loading, timer, files;

  slider.value = at; // a browser may remember another from the last visit
  param.querySelector(".vary").ariaHidden = true;
  for (const stop of stops) {
    stop.tabIndex = -1;
    stop.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      slider.focus();
      slider.value = values.indexOf(textOf(stop));
      moved();
    });
  }
  for (const event of ["pointerdown", "focus"]) slider.addEventListener(event, () => load().catch(() => {}));
  for (const event of ["input", "pointerdown"]) slider.addEventListener(event, pause);
  slider.addEventListener("input", moved);
  figure.addEventListener("asked", pause);
  play?.addEventListener("click", () => timer ? pause() : start());

  function load() {
    loading ??= fetch(param.dataset.frames)
      .then(answer => answer.ok ? answer.json() : Promise.reject(answer.status))
      .then(told => first ? import("./snapshots.js").then(it => it.framesOf(told, figure, first, param, values)) : told);
    return loading;
  }

  function start() {
    const next = () => {
      slider.value = slider.value === slider.max ? 0 : Number(slider.value) + 1;
      moved();
      if (slider.value === slider.max) pause();
    };
    says(play, true);
    timer = setInterval(next, EPOCH_MS);
    next();
  }

  function pause() {
    if (!timer) return;
    clearInterval(timer);
    timer = undefined;
    says(play, false);
  }

  function moved() {
    led.set(tie, figure);
    slider.ariaValueText = values[slider.value];
    const place = Number(slider.value);
    go().then(() => {
      // What is drawn from the same number says the same.
      for (const other of sliders) if (tie && other.tie === tie && place === at) other.follow(values[at]);
    });
  }

  async function go() {
    try {
      const told = await load();
      const place = Number(slider.value); // it may have moved on while this was loaded
      if (place !== at) show(told, place);
    } catch {
      // The values are links again, as they are where no script runs.
      pause();
      loading = undefined;
      param.classList.add("failed");
      param.querySelector(".vary").ariaHidden = null;
      for (const stop of stops) stop.removeAttribute("tabindex");
    }
  }

  function show({ words, frames }, place) {
    const now = frames[place];
    const box = figure.querySelector(".scroll");
    const own = Number(slider.defaultValue);
    const { top } = slider.getBoundingClientRect();
    box.innerHTML = now.drawing;
    for (const drawing of box.querySelectorAll(":scope > svg")) drawing.style.contentVisibility = "visible";
    figure.querySelector(".data")?.replaceChildren(...parsed(now.data).childNodes);
    files ??= filesOf(frames[own].stem);
    for (const [link, ending] of files) {
      link.parentElement.hidden = !now.stem;
      if (now.stem) link.href = now.stem + ending;
    }
    if (now.asks) figure.dataset.asks = now.asks;
    else delete figure.dataset.asks;
    putSteps(figure.querySelector(".steps"), parsed(now.steps));
    for (const stop of stops) stop.classList.toggle("now", textOf(stop) === values[place]);
    shown.textContent = slider.ariaValueText = values[place];
    for (const word of tie && led.get(tie) === figure ? document.querySelectorAll(`a.tie[data-tie="${tie}"], .ties [data-tie="${tie}"] code`) : []) {
      say(word, values[own], words[own], values[place], words[place]);
    }
    // A sentence above may have got another line: the slider stays under the reader's finger.
    scrollBy({ top: slider.getBoundingClientRect().top - top, behavior: "instant" });
    at = place;
    figure.dispatchEvent(new CustomEvent("redrawn", { bubbles: true }));
  }

  // The links to what the picture is published as, with what follows its name.
  function filesOf(stem) {
    const links = [...figure.querySelectorAll(".menu a")].map(it => [it, it.getAttribute("href")]);
    return links.filter(([, address]) => address.startsWith(`${stem}.`)).map(([it, address]) => [it, address.slice(stem.length)]);
  }

  function follow(text) {
    const place = values.indexOf(text);
    if (place < 0 || place === Number(slider.value)) return;
    slider.value = place;
    go();
  }

  return { tie, follow };
}

function textOf(stop) {
  return stop.textContent.trim();
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html").body.firstElementChild ?? document.createElement("div");
}

// Steps that both pictures have stay as they are; only what is said of them is other.
function putSteps(steps, others) {
  const [own, its] = [steps, others].map(it => it?.querySelector("input"));
  if (!own) return;
  steps.hidden = !its;
  if (!its) return;
  own.max = its.max;
  own.parentElement.className = its.parentElement.className;
  for (const dot of own.parentElement.querySelectorAll("i")) dot.remove();
  own.before(...its.parentElement.querySelectorAll("i"));
  for (const sentence of steps.querySelectorAll("p")) sentence.remove();
  steps.querySelector(".said").append(...others.querySelectorAll("p"));
}

// Words that said the first value as prose does go on in words, in the case of the first.
const firsts = new WeakMap();
function say(element, first, word, value, asWord) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  if (!firsts.has(element)) firsts.set(element, element.textContent.trim());
  const was = firsts.get(element);
  const isWord = was !== first && was.toLowerCase() === word.toLowerCase();
  const said = !isWord ? value : was[0] === was[0].toLowerCase() ? asWord : asWord[0].toUpperCase() + asWord.slice(1);
  for (const [number, text] of texts.entries()) text.data = number ? "" : said;
}
