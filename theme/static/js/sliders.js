// Figures with a slider: all that it shows was drawn when the site was built, and is loaded when it is first touched. While it
// moves, the code and the words that it is tied to say the value of the picture.

const sliders = [...document.querySelectorAll(".param")].map(slides);
const led = new Map(); // by tie: the figure whose slider the reader moved last, which the words follow

function slides(param) {
  const figure = param.closest("figure");
  const slider = param.querySelector("input");
  const shown = param.querySelector(".value");
  const stops = [...param.querySelectorAll(".vary > *")];
  const tie = param.dataset.tie;
  let at = Number(slider.defaultValue); // what the picture shows
  let loading;

  slider.value = at; // a browser may remember another from the last visit
  param.querySelector(".vary").ariaHidden = true;
  for (const [place, stop] of stops.entries()) {
    stop.tabIndex = -1;
    stop.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      slider.focus();
      slider.value = place;
      moved();
    });
  }
  for (const event of ["pointerdown", "focus"]) slider.addEventListener(event, () => load().catch(() => {}));
  slider.addEventListener("input", moved);

  function load() {
    loading ??= fetch(param.dataset.frames).then(answer => answer.ok ? answer.json() : Promise.reject(answer.status));
    return loading;
  }

  function moved() {
    led.set(tie, figure);
    slider.ariaValueText = textOf(stops[slider.value]);
    const place = Number(slider.value);
    go().then(() => {
      // What is drawn from the same number says the same.
      for (const other of sliders) if (tie && other.tie === tie && place === at) other.follow(textOf(stops[at]));
    });
  }

  async function go() {
    try {
      const told = await load();
      const place = Number(slider.value); // it may have moved on while this was loaded
      if (place !== at) show(told, place);
    } catch {
      // The values are links again, as they are where no script runs.
      loading = undefined;
      param.classList.add("failed");
      param.querySelector(".vary").ariaHidden = null;
      for (const stop of stops) stop.removeAttribute("tabindex");
    }
  }

  function show({ values, words, frames }, place) {
    const [before, now] = [frames[at], frames[place]];
    const box = figure.querySelector(".scroll");
    const first = Number(slider.defaultValue);
    const { top } = slider.getBoundingClientRect();
    box.innerHTML = now.drawing;
    for (const drawing of box.querySelectorAll(":scope > svg")) drawing.style.contentVisibility = "visible";
    figure.querySelector(".data")?.replaceChildren(...parsed(now.data).childNodes);
    for (const link of figure.querySelectorAll(".menu a")) {
      const address = link.getAttribute("href");
      if (address.startsWith(`${before.stem}.`)) link.href = now.stem + address.slice(before.stem.length);
    }
    putSteps(figure.querySelector(".steps"), parsed(now.steps));
    stops[at].classList.remove("now");
    stops[place].classList.add("now");
    shown.textContent = slider.ariaValueText = values[place];
    for (const word of tie && led.get(tie) === figure ? document.querySelectorAll(`a.tie[data-tie="${tie}"], .ties [data-tie="${tie}"] code`) : []) {
      say(word, values[first], words[first], values[place], words[place]);
    }
    // A sentence above may have got another line: the slider stays under the reader's finger.
    scrollBy({ top: slider.getBoundingClientRect().top - top, behavior: "instant" });
    at = place;
    figure.dispatchEvent(new CustomEvent("redrawn", { bubbles: true }));
  }

  function follow(text) {
    const place = stops.findIndex(stop => textOf(stop) === text);
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
