// The language switch leads to the same page; this keeps the heading, too.
for (const link of document.querySelectorAll(".md-select__link[hreflang]")) {
  const page = link.href;
  link.addEventListener("click", () => {
    link.href = page + location.hash;
  });
}
