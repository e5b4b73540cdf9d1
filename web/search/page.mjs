// Runs in each page before Material's script, which would start its search with the page: here the
// worker and the index are asked for when a reader comes to the search field, and not before.
// FILES is what the build has made: the worker, the marker, their style, an index for each language.
const { lang } = document.documentElement;
const here = document.currentScript.src;
const input = document.querySelector(".md-search__input");
const toggle = document.querySelector("#__search");
const words = {
  zh: "搜索的数据没有取到，请检查网络，然后再点一次搜索框。",
  en: "The search's data did not arrive. Check your connection, then go to the search field again.",
};

/** The worker as Material sees it; the real one begins with `start`. */
class Later extends EventTarget {
  postMessage(message) {
    this.worker?.postMessage(message);
  }

  async start() {
    if (this.worker) return;
    this.worker = new Worker(new URL(FILES.worker, here));
    this.worker.addEventListener("message", ({ data }) => {
      this.dispatchEvent(new MessageEvent("message", { data }));
    });
    try {
      const answer = await fetch(new URL(FILES[lang], here));
      if (!answer.ok) throw new Error(answer.statusText);
      const index = await answer.arrayBuffer();
      this.worker.postMessage(index, [index]);
    } catch {
      this.worker.terminate();
      this.worker = undefined;
      document.querySelector(".md-search-result__meta").textContent = words[lang];
    }
  }
}

const worker = new Later();

function dress() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(FILES.style, here).href;
  document.head.append(link);
}

/** The address says what is sought, while it is sought. */
function note(sought) {
  const address = new URL(location.href);
  if (sought) address.searchParams.set("q", sought);
  else address.searchParams.delete("q");
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

/** Material listens to keyup alone: what is pasted or dropped comes without one. */
function hearAll() {
  input.addEventListener("focus", dress, { once: true });
  input.addEventListener("focus", () => worker.start());
  input.addEventListener("input", (event) => {
    if (event.isComposing) return; // the letters of a Chinese word, before it is chosen
    note(input.value);
    input.dispatchEvent(new Event("keyup"));
  });
  input.addEventListener("compositionend", () => input.dispatchEvent(new Event("input")));
}

/** A search that is left for a result stays in the address, so that the way back leads to it. */
function forget() {
  let leaving = false;
  const follow = ({ target }) => {
    const link = target.closest("a[href]");
    leaving = Boolean(link) && link.pathname !== location.pathname;
  };
  document.querySelector(".md-search").addEventListener("click", follow, { capture: true });
  toggle.addEventListener("change", () => {
    if (toggle.checked) note(input.value);
    else if (!leaving) note("");
  });
}

/** Ctrl+K, or ⌘K on Apple's keyboards; Material itself knows "/". */
function open(event) {
  const wanted = /Mac|iP/.test(navigator.platform) ? event.metaKey : event.ctrlKey;
  if (event.key.toLowerCase() !== "k" || !wanted || event.altKey || event.shiftKey) return;
  if (event.defaultPrevented) return;
  event.preventDefault();
  input.focus();
  input.select();
}

/** A search that the address asks for is open from the start, and does not come in. */
function openAtOnce() {
  const { classList } = document.documentElement;
  toggle.checked = true;
  classList.add("search-at-once");
  toggle.addEventListener("change", () => classList.remove("search-at-once"), { once: true });
}

if (input) {
  // Without the form of this name, Material asks for no index of its own.
  input.form.removeAttribute("name");
  const Real = window.Worker;
  window.Worker = new Proxy(Real, {
    construct() {
      window.Worker = Real;
      return worker; // Material's script, which comes next, makes the first one
    },
  });
  hearAll();
  forget();
  addEventListener("keydown", open);
  if (new URLSearchParams(location.search).has("q")) openAtOnce();
}
if (new URLSearchParams(location.search).has("h")) {
  dress();
  import(new URL(FILES.found, here).href);
}
