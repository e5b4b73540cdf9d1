// Runs before a page's own scripts: gives some of its listings another text. A parsed page is
// "interactive" before the first module of it is run.
document.addEventListener("readystatechange", () => {
  if (document.readyState !== "interactive") return;
  for (const [name, code] of Object.entries(LOOPS))
    for (const listing of document.querySelectorAll(`[data-snippet="${name}"] pre > code`))
      listing.textContent = code;
});
