// The reader's choice of light or dark, before anything is painted. It runs first in the head, so that nothing flashes.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system decides.
}
