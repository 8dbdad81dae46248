// What a page does beyond being read: the switch of its colours, copying code, a stop for the keyboard where something
// scrolls, contents that follow, "/" for search.
const root = document.documentElement;
const words = JSON.parse(document.querySelector("meta[name=words]")?.content ?? "{}"); // of a page in another language
const say = english => words[english] ?? english;

function choose(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
}

function follow() {
  const chosen = root.dataset.theme || "";
  for (const radio of document.getElementsByName("theme")) radio.checked = radio.value === chosen;
}

function keep(theme) {
  choose(theme);
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // The choice then holds for this page.
  }
}

follow();
document.querySelector(".theme")?.addEventListener("change", event => keep(event.target.value));
addEventListener("storage", event => {
  if (event.key === "theme") {
    choose(event.newValue);
    follow();
  }
});
addEventListener("pageshow", follow); // going back restores what the form held, not what was chosen since

const told = document.createElement("output"); // a screen reader says what comes into it
told.className = "hidden";
document.body.append(told);

for (const block of document.querySelectorAll(".highlight:not(.output)")) {
  const button = document.createElement("button");
  const code = block.querySelector("code, pre");
  // Of code without a title the first line tells it apart that is more than an import or a comment.
  const title = block.querySelector(".filename")?.textContent ?? code.textContent.match(/^(?!import |from |#)\S.*/m)?.[0] ?? "";
  const tell = (word, aloud) => {
    button.textContent = word;
    told.textContent = aloud ? word : "";
  };
  button.className = "copy";
  button.ariaLabel = say("Copy code") + ": " + title;
  tell(say("Copy"));
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      tell(say("Copied"), true);
    } catch {
      tell(say("Failed"), true);
    }
    setTimeout(tell, 2000, say("Copy"));
  };
  block.prepend(button);
}

// Where nothing scrolls, a stop for the keyboard would be in vain, and so would a name.
const named = new Map();
const mind = () => named.forEach((names, box) => {
  const scrolls = box.scrollWidth > box.clientWidth;
  for (const name in names) {
    if (scrolls) box.setAttribute(name, names[name]);
    else box.removeAttribute(name);
  }
});
const observer = new ResizeObserver(mind);
document.addEventListener("redrawn", mind); // another drawing may be wider than the one before
for (const box of document.querySelectorAll(".prose :is([tabindex='0'][role], .scroll)")) {
  const label = box.ariaLabel ?? box.parentNode.querySelector("b, title")?.textContent;
  named.set(box, { tabindex: 0, role: "group", "aria-label": label });
  observer.observe(box);
}

const entries = [...document.querySelectorAll(".toc a")];
if (entries.length) {
  const places = entries.map(entry => document.getElementById(decodeURIComponent(entry.hash.slice(1))));
  let current;
  const mark = () => {
    // The last heading above the upper third of the window; at the end of the page, the last of all.
    const line = innerHeight / 3;
    const isAtEnd = scrollY + innerHeight >= root.scrollHeight - 2;
    const passed = places.filter(place => place && place.getBoundingClientRect().top < line).length;
    const next = entries[Math.max(0, (isAtEnd ? places.length : passed) - 1)];
    if (next === current) return;
    current?.removeAttribute("aria-current");
    next.setAttribute("aria-current", "true");
    current = next;
  };
  let isWaiting = 0;
  addEventListener("scroll", () => {
    isWaiting ||= requestAnimationFrame(() => {
      isWaiting = 0;
      mark();
    });
  });
  mark();
}

addEventListener("keydown", event => {
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector(".find input");
  const link = document.querySelector(".to-search");
  if (!field && !link) return;
  event.preventDefault();
  if (field) field.focus();
  else link.click();
});
