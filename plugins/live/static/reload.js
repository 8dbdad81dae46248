// Shows what was saved: a page that is different is loaded again, a style sheet or an image is swapped in place.

import { showDrawing, showMark, showProblems, showSilence } from "./panel.js";
import { keepPlace, findPlace } from "./place.js";

const about = document.querySelector('script[src="/-live/reload.js"]').dataset;
let known = about.since;
let stream;
let silence;
let isLeaving = false;

performance.setResourceTimingBufferSize(2000);
findPlace();
showMark(about.mark);
listen();

// A browser opens six connections to a server and no more: tabs that nobody sees must not hold them.
document.addEventListener("visibilitychange", () => (document.hidden ? stream.close() : listen()));
addEventListener("pagehide", () => stream.close());

function listen() {
  stream?.close();
  stream = new EventSource(
    `/-live/events?${new URLSearchParams({ page: about.page, seen: about.seen, since: known })}`,
  );
  stream.onopen = () => {
    clearTimeout(silence);
    silence = undefined;
    showSilence(false);
  };
  stream.onerror = () => {
    silence ??= setTimeout(showSilence, 2000, true);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
  stream.onmessage = ({ data, lastEventId }) => {
    known = lastEventId;
    heard(JSON.parse(data));
  };
}

function heard({ changed, moved, problems, drawing, shown, mark }) {
  if (isLeaving) return;
  showMark(mark);
  showProblems(problems);
  showDrawing(drawing);
  if (about.page in moved) leaveFor(moved[about.page]);
  else if (isOther(changed, shown)) leave();
  else swap(new Set(Object.keys(changed).map((path) => `/${path}`)));
}

function isOther(changed, shown) {
  if (!about.page) return (shown && about.seen === "nothing") || Object.keys(changed).some((path) => /\.html?$/.test(path));
  return about.page in changed && changed[about.page] !== about.seen;
}

function leave() {
  isLeaving = true;
  keepPlace();
  location.reload();
}

function leaveFor(page) {
  isLeaving = true;
  location.replace(`/${page.replace(/(^|\/)index\.html$/, "$1")}${location.hash}`);
}

function swap(paths) {
  const used = new Set(performance.getEntriesByType("resource").map(({ name }) => pathOf(name)));
  for (const element of document.querySelectorAll("img, source, link[rel~=stylesheet]")) used.add(pathOf(addressOf(element)));
  let isRest = false;
  for (const path of paths) {
    if (!used.has(path)) continue;
    const links = [...document.querySelectorAll("link[rel~=stylesheet]")].filter((link) => pathOf(link.href) === path);
    const images = [...document.querySelectorAll("img, picture > source")].filter((image) => pathOf(addressOf(image)) === path);
    links.forEach(swapSheet);
    images.forEach(swapImage);
    isRest ||= !links.length && !images.length;
  }
  if (isRest) leave(); // a script, a font, or what a style sheet draws in
}

function swapSheet(link) {
  const next = link.cloneNode();
  next.href = anew(link.href);
  next.onload = () => link.remove();
  next.onerror = () => next.remove();
  link.after(next);
}

async function swapImage(image) {
  const attribute = image.matches("source") ? "srcset" : "src";
  const next = anew(addressOf(image));
  const loaded = new Image();
  loaded.src = next;
  await loaded.decode().catch(() => {}); // shown when it is there, so that nothing is empty meanwhile
  image.setAttribute(attribute, next);
}

function addressOf(element) {
  return element.href ?? (element.srcset?.split(/[\s,]/)[0] || element.getAttribute("src") || "");
}

function pathOf(address) {
  const { origin, pathname } = new URL(address, document.baseURI);
  return origin === location.origin ? decodeURIComponent(pathname) : "";
}

function anew(address) {
  const url = new URL(address, document.baseURI);
  url.searchParams.set("live", known);
  return url.href;
}
