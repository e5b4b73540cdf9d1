// Small repairs to what Material's script does.

const words =
  document.documentElement.lang === "zh"
    ? { table: "表格，可左右滚动", note: "注释", link: "复制链接：" }
    : { table: "Table, scrolls sideways", note: "Note", link: "Copy a link: " };

/** What the reader has chosen, if the address says it: the other language shall show the same. */
function chosen() {
  const kept = new URLSearchParams(location.search);
  kept.delete("h"); // the words of a search, which are of this language
  return kept.size ? `?${kept}` : "";
}

// The language switch leads to the same page; this keeps the heading, too.
for (const link of document.querySelectorAll(".md-select__link[hreflang]")) {
  const page = link.href;
  link.addEventListener("click", () => {
    link.href = page + chosen() + location.hash;
    try {
      // For /c/, which leads to the page in the reader's language.
      localStorage.setItem(`${__md_scope.pathname}.__language`, link.hreflang);
    } catch {} // storage is blocked
  });
}

// A place that is on another page now leads there.
function follow() {
  const moved = document.getElementById(location.hash.slice(1)); // before it is the `:target`
  if (moved?.matches(".moved")) location.replace(moved.querySelector("a").href);
}
addEventListener("hashchange", follow);
follow();

// What the ¶ of a heading, a listing, a table or a timeline opens is loaded when it is used.
addEventListener("click", (event) => {
  const link = event.target.closest?.(".headerlink");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  import("./cite.js").then(
    ({ toggle }) => toggle(link),
    () => location.assign(link.href),
  );
});
addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches?.(".headerlink")) return;
  event.preventDefault();
  event.target.click();
});

// Names and roles for what Material adds without them.
const repairs = {
  ".headerlink": (link) => {
    link.dataset.name =
      link.ariaLabel ?? link.parentElement.textContent.replace(link.textContent, "").trim();
    Object.assign(link, { ariaExpanded: "false", role: "button", title: "" });
    link.ariaLabel = words.link + link.dataset.name;
  },
  ".md-search[role=dialog]": (search) => {
    search.ariaLabel = search.querySelector("input")?.placeholder ?? "Search";
  },
  ".md-typeset__scrollwrap": (box) => {
    box.tabIndex = 0;
    box.role = "group";
    box.ariaLabel = words.table;
  },
  ".md-code__nav": (nav) => {
    nav.role = "none"; // a landmark for each listing is no landmark
  },
  ".md-annotation__index": (link) => {
    link.ariaLabel = `${words.note} ${link.querySelector("[data-md-annotation-id]")?.dataset.mdAnnotationId ?? ""}`;
  },
};

function repair() {
  for (const [selector, mend] of Object.entries(repairs))
    for (const element of document.querySelectorAll(`${selector}:not([data-mended])`)) {
      element.dataset.mended = "";
      mend(element);
    }
}

new MutationObserver(repair).observe(document.body, { childList: true, subtree: true });
repair();
