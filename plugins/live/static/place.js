// Keeps the reading position when a page is loaded again: the same words stay at the same height of the window.

const KEY = "live-place";
const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, pre, table, figure, img, blockquote, dt, dd, summary";
const MOST = 12;

export function keepPlace() {
  const blocks = [...document.querySelectorAll(BLOCKS)].map((block) => ({ block, top: block.getBoundingClientRect().top }));
  const seen = blocks.filter(({ block, top }) => top >= 0 && top < innerHeight && block.getClientRects().length);
  const above = blocks.filter(({ top }) => top < 0).reverse();
  const nearest = [...seen.slice(0, MOST), ...above.slice(0, MOST), ...above.filter(({ block }) => block.id)];
  // What is there twice may be counted otherwise afterwards.
  const marks = nearest.map(({ block, top }) => ({ name: nameOf(block), top })).filter(({ name }) => onlyOne(name));
  sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, marks, x: scrollX, y: scrollY }));
  history.scrollRestoration = "manual";
}

export function findPlace() {
  const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (place?.path !== location.pathname) return;
  let isMoved = false;
  const stop = () => (isMoved = true);
  for (const event of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(event, stop, { once: true, passive: true });
  const find = () => isMoved || toPlace(place);
  find();
  document.fonts.ready.then(find);
  addEventListener("load", () => {
    find(); // images without a size have moved what is below them
    setTimeout(() => (history.scrollRestoration = "auto"), 100); // the browser's own must not come after it
  });
}

function toPlace({ marks, x, y }) {
  const known = y > 0 && marks.map(({ name, top }) => ({ block: onlyOne(name), top })).find(({ block }) => block);
  const height = known ? scrollY + known.block.getBoundingClientRect().top - known.top : y;
  scrollTo({ left: x, top: height, behavior: "instant" });
}

function onlyOne(name) {
  const alike = [...document.querySelectorAll(name.split(" ", 1)[0])].filter((block) => nameOf(block) === name);
  return alike.length === 1 && alike[0];
}

function nameOf(block) {
  const words = block.id || block.textContent.trim().slice(0, 120) || (block.currentSrc && new URL(block.currentSrc).pathname);
  return `${block.localName} ${words}`;
}
