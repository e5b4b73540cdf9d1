// Marks, in the page that a result leads to, what was found: ?h=words. The page itself stays as it
// is, and the address loses the words, so that it can be copied.
const SHORTEST = 2; // characters; a single one would be marked all over the page

const address = new URL(location.href);
const sought = address.searchParams.get("h").toLowerCase().split(" ");
const marks = [];

function mark(node) {
  const text = node.textContent.toLowerCase();
  for (const word of sought.filter(({ length }) => length >= SHORTEST))
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + word.length);
      marks.push(range);
    }
}

const texts = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
while (texts.nextNode()) mark(texts.currentNode);
// Firefox has it since release 140; without it nothing is marked.
globalThis.CSS?.highlights?.set("found", new Highlight(...marks));
address.searchParams.delete("h");
history.replaceState(history.state, "", address);
