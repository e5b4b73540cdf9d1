// Leads on from an address without a language, or from one that has moved, and keeps what follows
// the address. The links are there without it, too.
const { root, moved } = document.body.dataset;
const links = [...document.querySelectorAll("a[hreflang]")];
const gone = JSON.parse(moved);
const anchor = location.hash.slice(1);

for (const link of links) {
  if (Object.hasOwn(gone, anchor)) link.href = `${link.dataset.home}${gone[anchor]}`;
  else if (!link.hash) link.hash = location.hash;
  link.search = location.search;
}

/** What the language switch has kept; null where storage is blocked. */
function chosen() {
  try {
    return localStorage.getItem(`${new URL(root, location).pathname}.__language`);
  } catch {
    return null;
  }
}

const wanted = [chosen(), ...(navigator.languages ?? [])].map((one) => one?.slice(0, 2));
const language = wanted.find((one) => links.some((link) => link.hreflang === one));
// Who reads neither is likelier to read English, the last one.
location.replace((links.find((link) => link.hreflang === language) ?? links.at(-1)).href);
