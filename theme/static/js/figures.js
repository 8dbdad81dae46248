// What a page does with its figures: what scrolls can be reached by keyboard, what is tied by tapping it, and one is shown
// as large as the window lets it.

const observer = new ResizeObserver(entries => entries.forEach(({ target }) => mind(target)));
for (const box of document.querySelectorAll(".diagram > .scroll")) observer.observe(box);

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
document.addEventListener("click", ({ target }) => {
  const part = target.closest("svg [data-tie]");
  part?.closest("figure")?.querySelector(`.ties [data-tie="${part.dataset.tie}"]`)?.focus({ preventScroll: true });
});

const dialog = document.createElement("dialog");
const called = document.createElement("span");
const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close" });
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
