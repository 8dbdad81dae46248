// Ask a number of a figure where it comes from: the numbers that it was computed from light up, the rest recedes, and below
// the drawing stand its formula and its sum, whose numbers can be asked in turn. Loaded when a figure is first touched.
const NUMBER = /^−?\d+([.,]\d+)?$/;
const NODE = /\{(-?)(\d+)=?([^}]*)\}/g; // with a minus, in brackets; maybe with more decimals than its own
const STEPS = { ArrowLeft: -1, ArrowUp: -1, Enter: 0, ArrowRight: 1, ArrowDown: 1 };

const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("../css/ask.css", import.meta.url);
document.head.append(sheet);
await new Promise(done => { sheet.onload = sheet.onerror = done; });

const safe = text => text.replace(/[&<"]/g, it => `&#${it.charCodeAt()};`);
const kindOf = share => share < 0 ? "lowers" : share > 0 ? "raises" : "";

export async function answer(figure, say, touch) {
  // What can be asked of the drawing; parts that another form has otherwise are by its name.
  const { arrays, nodes, parts, ...forms } = await (await fetch(figure.dataset.asks)).json();
  const { signal } = touch.redrawn;
  if (signal.aborted) return;
  const [box, row] = [".scroll", ".ask"].map(it => figure.querySelector(it));
  const { firstChild: button, lastChild: why } = row;
  let path = []; // the number that is asked, after those that led to it
  let timer;

  const saidOf = node => arrays.find(([, , size]) => (node -= size) < 0).slice(0, 2).map(safe);
  const sharesOf = node => nodes[node]?.[2] ?? {};
  const sourcesOf = node => [...(nodes[node][1] ?? "").matchAll(NODE)].map(it => Number(it[2]));

  // What is in sight, as it is computed: not what a later step draws.
  const cells = () => [...box.querySelectorAll("[data-part]")].flatMap(part => {
    const { part: name } = part.dataset;
    const own = forms[part.ownerSVGElement.classList[0]]?.[name] ?? parts[name]; // of each number, or of the first
    return [...part.querySelectorAll("text")].filter(text => NUMBER.test(text.textContent))
      .map((text, at) => ({ text, node: own?.length ? own[at] : own + at }));
  }).filter(({ text, node }) => nodes[node] && text.checkVisibility({ visibilityProperty: true }))
    .sort((one, other) => one.node - other.node);

  function nodeAt({ target, clientX: x, clientY: y, pointerType }) {
    const tied = target.closest("[data-tie]"); // its names and its rim stay a tie
    let [nearest, least] = [-1, pointerType === "mouse" ? 10 : 24];
    for (const { text, node } of cells()) {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const far = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
      if (far <= least && tied?.contains(text) !== false) [nearest, least] = [node, far];
    }
    return nearest;
  }

  function go(to) {
    path = to;
    button.ariaPressed = to.length > 0;
    show(to.at(-1));
    if (!to.length) return;
    figure.dispatchEvent(new Event("asked"));
    button.focus({ preventScroll: true });
  }

  function show(node = -1) {
    const shares = sharesOf(node);
    figure.classList.toggle("asking", node >= 0);
    for (const it of box.querySelectorAll(".share")) it.remove();
    for (const { text, node: its } of cells()) {
      if (its !== node && !(its in shares)) continue;
      const { x, y, width, height } = text.getBBox();
      text.insertAdjacentHTML("beforebegin", `<rect class="share ${its === node ? "whole" : kindOf(shares[its])}" `
        + `x="${x - height / 5}" y="${y - height / 8}" width="${width + height / 2.5}" height="${1.25 * height}" `
        + `fill-opacity="${Math.abs(shares[its] ?? 9) / 9}"/>`);
    }
    why.innerHTML = node < 0 ? "" : told(node, shares);
    settle();
  }

  function told(node, shares) {
    const [[symbol, formula], [number, sum = ""]] = [saidOf(node), nodes[node]];
    const link = (to, text, share) => `<button tabindex="-1" class="${kindOf(share)}" value="${to}" `
      + `title="${saidOf(to.at(-1))[0]}">${text}</button>`;
    const crumbs = path.map((it, at) => link(path.slice(0, at + 1), saidOf(it)[0]) + " › ").slice(-3, -1);
    const sums = safe(sum).replace(NODE, (_, minus, source, exactly) => {
      const value = exactly || nodes[source][0];
      return link([...path, source], minus ? `(${value})` : value, shares[source]);
    });
    const [raises, lowers] = [say("raises it"), say("lowers it")];
    const how = formula ? "= " + formula : sum ? "" : say("given");
    return `<p><span>${crumbs.join("")}<b>${symbol}</b></span><span> ${how} <i class="raises">${raises}</i> `
      + `<i class="lowers">${lowers}</i></span></p><p><b>${number}</b><span>${sum && " = "}${sums}</span></p>`;
  }

  // At the end of the window if its place is beyond that.
  function settle() {
    row.style.translate = "";
    const { top, bottom } = why.getBoundingClientRect();
    const up = Math.min(bottom + 12 - innerHeight, top - box.getBoundingClientRect().top);
    if (up > 0 && figure.matches(".asking")) row.style.translate = `0 ${-up}px`;
  }

  // By keyboard the number may be out of sight, and so may what is said of it: if both can't be seen, the number is.
  function reveal() {
    row.style.translate = "";
    for (const it of [row, box.querySelector(".whole")]) it?.scrollIntoView({ block: "nearest" });
    settle();
  }

  function tap(event) {
    const [node, now] = [nodeAt(event), path.at(-1)];
    if (node < 0) return go([]);
    event.stopPropagation(); // here no tie is meant
    go(node === now ? path.slice(0, -1) : node in sharesOf(now) ? [...path, node] : [node]);
  }

  function point(event) {
    clearTimeout(timer);
    if (event.pointerType !== "mouse" || figure.matches(".playing")) return;
    timer = setTimeout(() => path.length || show(nodeAt(event)), 90);
  }

  function toggle() {
    go(path.length ? [] : cells().slice(-1).map(it => it.node));
    reveal();
  }

  function press(event) {
    const { key, target } = event;
    const [now, before, by] = [path.at(-1), path.slice(0, -1), STEPS[key]];
    if (!path.length) return;
    if (key === "Tab") return go([]);
    if (key === "Escape") go(before);
    else if (target === button && by !== undefined) {
      const beside = before.length ? sourcesOf(before.at(-1)) : [...new Set(cells().map(it => it.node))];
      const to = by ? beside[beside.indexOf(now) + by] : sourcesOf(now)[0];
      if (to >= 0) go([...by ? before : path, to]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    reveal();
  }

  const on = (it, events, then) => {
    for (const event of events.split(" ")) it.addEventListener(event, then, { signal, capture: event === "keydown" });
  };
  on(box, "click", tap);
  on(box, "pointermove pointerleave", point);
  on(button, "click", toggle);
  on(why, "click", ({ target }) => target.value && go(target.value.split(",").map(Number)));
  on(figure, "keydown", press);
  on(document, "click", event => event.composedPath().some(it => it === row || it === box) || go([]));
  on(window, "scroll resize", settle);
  signal.onabort = () => {
    clearTimeout(timer);
    go([]);
  };
  const { event } = touch;
  (event.type !== "click" ? point : event.target === button ? toggle : tap)(event);
}
