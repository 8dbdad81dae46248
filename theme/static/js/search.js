// Search: what is typed is looked up in the index that was made with the site. The address keeps it.
const form = document.querySelector(".find form");
const [field, status, list] = ["input", "[role=status]", ".hits"].map(name => document.querySelector(`.find ${name}`));
const SHOWN = 10;
const said = JSON.parse(document.querySelector("meta[name=words]")?.content ?? "{}"); // of a page in another language
const forms = new Intl.PluralRules(document.documentElement.lang);
let index;
let latest = 0;

async function load() {
  const pagefind = await import(new URL("pagefind.js", new URL(form.dataset.index, location.href)));
  await pagefind.options({ excerptLength: 24 });
  return pagefind;
}

async function search() {
  const words = field.value.trim();
  const turn = ++latest;
  const here = new URL(location.href);
  if (words) here.searchParams.set("q", words);
  else here.searchParams.delete("q");
  history.replaceState(null, "", here);
  if (!words) return show([], 0, "");
  try {
    const { search } = await (index ??= load());
    const found = (await search(words)).results;
    const hits = await Promise.all(found.slice(0, SHOWN).map(hit => hit.data()));
    if (turn === latest) show(hits, found.length, words);
  } catch {
    index = undefined;
    if (turn === latest) status.textContent = say("The index could not be loaded. The archive lists every guide.");
  }
}

function show(hits, count, words) {
  status.textContent = !words ? ""
    : !count ? say("No pages with “%(words)s”", { words })
    : sayNumber("%(num)s page with “%(words)s”", "%(num)s pages with “%(words)s”", count, { words })
      + (count > SHOWN ? say(", the first %(shown)s of them", { shown: SHOWN }) : "");
  list.replaceChildren(...hits.map(entry));
}

function say(english, values) {
  return (said[english] ?? english).replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

function sayNumber(one, many, num, values) {
  return say(said[one]?.[forms.select(num)] ?? (num === 1 ? one : many), { num, ...values });
}

function entry(hit) {
  const item = document.createElement("li");
  item.className = "hit";
  const plate = item.appendChild(document.createElement("div"));
  plate.className = "plate";
  plate.ariaHidden = "true";
  picture(hit.url).then(drawing => drawing ? plate.append(drawing) : plate.remove(), () => plate.remove());
  const link = document.createElement("a");
  link.href = hit.url;
  link.textContent = hit.meta.title;
  item.appendChild(document.createElement("h2")).append(link);
  // The excerpt is the index's own: text of the site, escaped, with <mark> around what was found.
  item.appendChild(document.createElement("p")).innerHTML = `…${hit.excerpt}…`;
  return item;
}

// The first figure stands in the page itself, in the colours of the theme; the reader is about to go there anyway.
async function picture(address) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const drawing = page.querySelector(".prose figure :is(svg.wide, svg, img)");
  // On a plate so small no letter could be read.
  for (const label of drawing?.querySelectorAll("title, desc, text") ?? []) label.remove();
  return drawing && document.adoptNode(drawing);
}

let waiting;
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 150);
});
field.addEventListener("focus", () => (index ??= load().catch(() => (index = undefined))), { once: true });
form.addEventListener("submit", event => {
  event.preventDefault();
  search();
});
field.value = new URL(location.href).searchParams.get("q") ?? "";
if (field.value) search();
else field.focus();
