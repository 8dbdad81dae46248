// Search: what is typed is looked up in the index that was made with the site. The address keeps it.
const form = document.querySelector(".find form");
const [field, status, list, more] = ["input", "[role=status]", ".hits", ".more"].map(name => document.querySelector(`.find ${name}`));
const said = JSON.parse(document.querySelector("meta[name=words]")?.content ?? "{}"); // of a page in another language
const forms = new Intl.PluralRules(document.documentElement.lang);
const folder = new URL(form.dataset.index, location.href);
const root = new URL(form.dataset.root, location.href);
const SHOWN = 10; // hits at a time
const ROOM = 50_000; // bytes that these may cost beyond the index: pictures that would cost more are left out
const [PIECE, EXCERPT] = [200, 30]; // words, as in plugins/search.py
const isWide = matchMedia("(min-width: 40em)"); // as in search.css: a phone shows no pictures
const known = new Map(); // whether a word is in the index
const drawings = new Map();
let engine;
let latest = 0;
let isAwaited = false; // whether an arrow was pressed before there was a hit

async function load() {
  const pagefind = await import(new URL("pagefind.js", folder));
  await pagefind.init();
  return pagefind;
}

async function search() {
  const words = field.value.trim();
  const turn = ++latest;
  keep(words);
  if (!words) return show("", []);
  try {
    const { search } = await (engine ??= load());
    const { results } = await search(words);
    const isFound = results.length && await are(words, search);
    if (turn === latest) await show(words, isFound ? await ranked(words, results, search) : [], turn);
  } catch {
    engine = undefined;
    if (turn === latest) status.textContent = say("The index could not be loaded. The archive lists every guide.");
  }
}

// Guides come first, then what documents the site, unless that has the words in its title and the best guide hasn't.
async function ranked(words, results, search) {
  const guides = await search(words, { filters: { kind: "guide" } });
  const ids = new Set(guides.results.map(it => it.id));
  results.sort((one, other) => ids.has(other.id) - ids.has(one.id) || other.score - one.score);
  const best = results.find(it => !ids.has(it.id));
  if (!best || best === results[0] || !(await isTitled(best, words)) || (await isTitled(results[0], words))) return results;
  return [best, ...results.filter(it => it !== best)];
}

async function isTitled(result, words) {
  const title = (await piece(result)).page.title.split(/\s+/).map(folded);
  return words.split(/\s+/).every(it => title.includes(folded(it)));
}

function keep(words) {
  const links = [...document.querySelectorAll(".find .languages a")];
  for (const [address, put] of [[location.href, it => history.replaceState(null, "", it)], ...links.map(it => [it.href, to => (it.href = to)])]) {
    const changed = new URL(address);
    if (words) changed.searchParams.set("q", words);
    else changed.searchParams.delete("q");
    put(changed);
  }
}

// Where no word begins as a term does, Pagefind takes the longest that the term begins with: "x" for "xyzzy". Such a
// page is none with the word, unless only an ending was too much.
async function are(words, search) {
  if (words.includes("\"")) return true; // then it looks for just these words
  for (const term of new Set(words.split(/\s+/).map(folded).filter(Boolean))) {
    if (!known.has(term)) known.set(term, await isKnown(term, search));
    if (!known.get(term)) return false;
  }
  return true;
}

async function isKnown(term, search) {
  if ((await search(`"${term}"`)).results.length) return true;
  const [first] = (await search(term)).results;
  if (!first) return false;
  const { page } = await piece(first);
  const found = first.words.map(it => page.words[it - page.start] ?? "");
  return [...found, ...page.title.split(/\s+/)].map(folded)
    .some(word => word.includes(term) || (word.length > 2 && term.startsWith(word) && term.length - word.length < 3));
}

function folded(word) {
  return word.normalize("NFD").replace(/[\p{M}\p{P}]/gu, "").toLowerCase();
}

// The first part of a page that has most of what was found, and the place of that in the page. What isn't quoted is at its
// end, and so is chosen last.
async function piece({ id, words }, terms = 1) {
  const places = [...words].sort((one, other) => one - other);
  const counts = places.map((place, at) => Math.min(terms, places.slice(at).filter(it => it < place + EXCERPT / 2).length));
  const found = places[counts.indexOf(Math.max(...counts))] ?? 0;
  const answer = await fetch(new URL(`hits/${id}-${Math.floor(found / PIECE)}.json`, folder));
  if (!answer.ok) throw new Error(answer.status);
  const bytes = await answer.arrayBuffer();
  const page = JSON.parse(new TextDecoder().decode(bytes));
  page.words = page.words.split(page.sign);
  return { page, found, bytes: bytes.byteLength };
}

async function show(words, results, turn = latest, before = []) {
  const terms = words.split(/\s+/).length;
  const pieces = await Promise.all(results.slice(before.length, before.length + SHOWN).map(it => piece(it, terms)));
  if (turn !== latest) return;
  let room = pieces.reduce((left, { bytes }) => left - bytes, ROOM);
  const hits = pieces.map((found, at) => {
    const fits = isWide.matches && found.page.size <= room;
    if (fits) room -= found.page.size;
    return hit(found, results[before.length + at], fits);
  });
  status.textContent = !words ? ""
    : !results.length ? say("Nothing found for “%(words)s”", { words })
    : sayNumber("%(num)s page with “%(words)s”", "%(num)s pages with “%(words)s”", results.length, { words });
  list.replaceChildren(...before, ...hits);
  more.hidden = results.length <= list.children.length;
  if (isAwaited) list.querySelector("a")?.focus();
  isAwaited = false;
  more.onclick = async () => {
    await show(words, results, turn, [...list.children]);
    hits.at(-1).nextElementSibling?.querySelector("a").focus();
  };
}

function say(english, values) {
  return (said[english] ?? english).replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

function sayNumber(one, many, num, values) {
  return say(said[one]?.[forms.select(num)] ?? (num === 1 ? one : many), { num, ...values });
}

function hit({ page, found }, { id, words }, hasPlate) {
  const item = document.createElement("li");
  item.className = "hit";
  if (hasPlate) item.append(plate(id, page));
  const link = document.createElement("a");
  link.href = new URL(page.url, root);
  link.textContent = page.title;
  item.appendChild(document.createElement("h2")).append(link);
  const [, section, heading] = (found < page.count && page.headings.findLast(([at]) => at <= found)) || [];
  if (heading) {
    const below = item.appendChild(document.createElement("a"));
    below.className = "section";
    below.href = `${link.href}#${section}`;
    below.textContent = heading;
  }
  item.appendChild(document.createElement("p")).append(...excerpt(page, found, new Set(words)));
  return item;
}

// Whole sentences as far as they fit, from the one on that has what was found, within its section; else those that the page
// begins with.
function* excerpt({ words, start, count, sign, opening, headings }, found, marked) {
  if (found >= count) {
    words = opening.split(sign);
    [start, found, marked, headings] = [0, 0, new Set(), [[words.length]]];
  }
  const [place = 0, , heading] = headings.findLast(([at]) => at <= found) ?? [];
  const first = Math.max(start, heading ? place + heading.split(sign).length : 0);
  found = Math.max(found, first);
  const [section = count] = headings.find(([at]) => at > found) ?? [];
  const last = Math.min(start + words.length, count, section);
  const begins = at => at === 0 || (heading && at === first) || (at > start && isSentence(words[at - 1 - start], words[at - start]));
  let from = found;
  while (from > first && from > found - EXCERPT && !begins(from)) from--;
  if (found - from > EXCERPT - 6) from = found - 6;
  let to = Math.min(from + EXCERPT, last);
  const whole = Array.from({ length: to - found }, (_, less) => to - less).find(at => at === count || at === section || (at < last && begins(at)));
  to = whole ?? to;
  if (!begins(from)) yield "… ";
  for (let at = from; at < to; at++) {
    const word = words[at - start];
    if (at > from) yield sign;
    if (marked.has(at)) {
      const mark = document.createElement("mark");
      mark.textContent = word;
      yield mark;
    } else yield word;
  }
  if (!whole) yield " …";
}

// Whether a sentence ends with a word and another begins with the next: not after "et al.", where none is capitalized.
function isSentence(word, next) {
  const [letter = ""] = next.match(/\p{L}/u) ?? [];
  return /[.!?:…。！？]\P{L}*$/u.test(word) && !/^\p{Lu}\.$/u.test(word) && letter && letter === letter.toUpperCase();
}

// The first figure of the page: a drawing in the colours of the theme, or a picture.
function plate(id, page) {
  const room = document.createElement("div");
  room.className = "plate";
  room.ariaHidden = "true";
  if (page.image) {
    const image = room.appendChild(document.createElement("img"));
    image.alt = "";
    image.src = page.image;
  } else {
    if (!drawings.has(id)) drawings.set(id, drawing(page.plate));
    drawings.get(id).then(it => room.append(it.cloneNode(true)), () => room.remove());
  }
  return room;
}

async function drawing(name) {
  const answer = await fetch(new URL(`plates/${name}`, folder));
  return document.adoptNode(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("svg"));
}

let waiting;
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 150);
});
field.addEventListener("focus", () => (engine ??= load().catch(() => (engine = undefined))), { once: true });
form.addEventListener("submit", event => {
  event.preventDefault();
  clearTimeout(waiting);
  search();
});

// The arrows go from the form, or from nowhere, through the hits and back; Escape goes back at once.
list.id = "hits";
field.setAttribute("aria-controls", list.id);
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const stops = [field, ...list.querySelectorAll("a"), ...(more.hidden ? [] : [more])];
  const at = form.contains(event.target) || event.target === document.body ? 0 : stops.indexOf(event.target);
  const next = { ArrowDown: stops[at + 1], ArrowUp: stops[at - 1], Escape: at > 0 && field }[event.key];
  isAwaited = !next && at === 0 && event.key === "ArrowDown";
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
});

field.value = new URL(location.href).searchParams.get("q") ?? "";
field.focus(); // so that the arrows lead to the hits at once
if (field.value) search();
