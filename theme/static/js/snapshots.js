// The pictures of a slider that differ little, from the one that the page begins with: the attributes, texts and markup that
// change, as plugins/figures/child/snapshots.py writes them.

export function framesOf({ forms, words, asks }, figure, first, param, values) {
  const drawings = [...first.querySelectorAll(":scope > svg")].map(it => [it, (forms[it.classList[0]] ?? []).map(unfolded)]);
  const said = words.map(unfolded);
  const own = param.querySelector("input").defaultValue;
  const stem = param.dataset.frames.replace(/\.vary-\w+\.json$/, "");
  const stems = { [values[own]]: stem };
  for (const link of param.querySelectorAll(".vary a")) {
    stems[link.textContent.trim()] = link.getAttribute("href").replace(/\.\w+$/, "");
  }

  const textsOf = (kind, place) => said.filter(it => it[0] === kind).map(it => it[1](place));

  function drawing(place) {
    return drawings.map(([begun, tracks]) => {
      const svg = begun.cloneNode(true);
      svg.removeAttribute("style"); // set by scripts; a page's policy refuses it in markup
      const inside = svg.querySelector(":scope > g[aria-hidden]") ?? svg;
      const elements = [inside, ...inside.querySelectorAll("*:not(title)")];
      for (const [number, valueAt, name] of tracks) change(elements[number], name, valueAt(place));
      const [title, text] = svg.querySelectorAll(":scope > :is(title, desc)");
      const [alt, before] = [place, own].flatMap(it => textsOf("alt", it));
      if (title && place !== Number(own)) {
        title.textContent = alt === before ? `${title.textContent} (${param.querySelector("label").textContent} = ${values[place]})` : alt;
      }
      if (text) [text.textContent] = textsOf("text", place);
      return svg.outerHTML;
    }).join("");
  }

  function written(selector, place, parts) {
    const copy = figure.querySelector(selector)?.cloneNode(true);
    for (const [kind, inside] of Object.entries(parts)) {
      const texts = textsOf(kind, place);
      for (const [at, it] of [...copy?.querySelectorAll(inside) ?? []].entries()) {
        if (at in texts) (kind === "step" ? it.lastChild : it).textContent = (kind === "step" ? " " : "") + texts[at];
      }
    }
    return copy?.outerHTML ?? "";
  }

  const frames = values.map((value, place) => ({
    get drawing() { return drawing(place); },
    get data() { return written(".data", place, { p: ":scope > p:not(:first-child)", cell: "tbody :is(th, td)" }); },
    get steps() { return written(".steps", place, { step: ".said > p" }); },
    stem: stems[value],
    asks: asks[place] && `${stem}.asks-${asks[place]}.json`,
  }));
  return { words: values, frames };
}

function change(element, name, value) {
  if (name === "*") element.innerHTML = (element.matches("[aria-hidden]") ? "<title></title>" : "") + value;
  else if (name) element.setAttribute(name, value);
  else element.textContent = value;
}

// A track of an element, or of a kind of words: the value of each place, from moving numbers in a text or from its changes.
function unfolded([of, ...track]) {
  const name = track.length === 2 ? undefined : track.shift();
  return [of, Array.isArray(track[0]) ? moving(...track) : changing(...track), name];
}

function moving(pieces, decimals, series) {
  const numbers = series.map(steps => {
    let sum = 0;
    return steps.map(step => sum += step);
  });
  return place => pieces.reduce((text, piece, at) => text + numbers[at - 1][place] / 10 ** decimals + piece);
}

function changing(first, changes) {
  let now = [...first]; // characters, as Python counts them
  const all = [now, ...changes.map(it => it ? now = [...now.slice(0, it[0]), ...it[1], ...now.slice(now.length - it[2])] : now)];
  return place => all[place].join("");
}
