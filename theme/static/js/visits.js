// Tells the site's own GoatCounter that a page was read, with nothing about who read it; not if the reader's browser asks
// for that, and not while the page is tested by a program.
const { count } = document.currentScript.dataset;
if (!navigator.globalPrivacyControl && navigator.doNotTrack !== "1" && !navigator.webdriver) {
  const said = new URLSearchParams({ p: location.pathname, t: document.title, r: document.referrer });
  navigator.sendBeacon(`${count}?${said}`);
}
