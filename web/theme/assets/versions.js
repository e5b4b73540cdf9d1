// "Your FastAPI version": marks what is true of it in tables of releases, and where it differs from
// the newest; folds passages that are not true of it. Kept in the address and in the browser.

const WORDS = {
  zh: {
    label: "你的 FastAPI 版本",
    all: "不指定",
    yours: "你的版本",
    differs: (newest) => `与 ${newest} 不同`,
    folded: "不适用于你的版本。",
    measured: (version) => `FastAPI ${version}：已标出适用的一列。`,
    below: (version, nearest) =>
      `FastAPI ${version} 没有实测过，标出的是不高于它、最接近的 ${nearest}。`,
    newer: (version, newest) => `FastAPI ${version} 比实测过的都新，标出的是最新的 ${newest}。`,
    older: (version, oldest) =>
      `FastAPI ${version} 比实测过的都旧（最旧的是 ${oldest}），没有结果可标。`,
    count: (n, newest) =>
      n ? `这一页有 ${n} 处与 ${newest} 不同。` : `这一页没有与 ${newest} 不同的地方。`,
    none: "没有指定版本，显示所有版本。",
  },
  en: {
    label: "Your FastAPI version",
    all: "any",
    yours: "yours",
    differs: (newest) => `not so in ${newest}`,
    folded: "Not true of your version.",
    measured: (version) => `FastAPI ${version}: its column is marked.`,
    below: (version, nearest) =>
      `FastAPI ${version} was not measured; ${nearest}, the nearest below it, is marked.`,
    newer: (version, newest) =>
      `FastAPI ${version} is newer than all that were measured; ${newest} is marked.`,
    older: (version, oldest) =>
      `FastAPI ${version} is older than all that were measured, ${oldest} and later; nothing is marked.`,
    count: (n, newest) =>
      n === 0
        ? `Nothing on this page differs from ${newest}.`
        : `${n} ${n === 1 ? "answer" : "answers"} on this page ${n === 1 ? "differs" : "differ"} from ${newest}.`,
    none: "No version is chosen; all are shown.",
  },
};
const words = WORDS[document.documentElement.lang === "zh" ? "zh" : "en"];
const KEY = "fastapi";
const bar = document.querySelector(".your-version");
const known = bar.dataset.releases.split(" ");
const newest = known.at(-1);

const parts = (version) => version.split(".").map(Number);

/** Below zero if `a` is the older one; what a version leaves out counts as 0. */
function compare(a, b) {
  const [left, right] = [parts(a), parts(b)];
  for (let n = 0; n < 3; n++) {
    const difference = (left[n] ?? 0) - (right[n] ?? 0);
    if (difference) return difference;
  }
  return 0;
}

/** The last of some versions, oldest first, that is not newer; "" if all are. */
const nearest = (versions, version) => versions.findLast((one) => compare(one, version) <= 0) ?? "";

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is blocked: the address alone remembers
  }
}

function store(version) {
  try {
    if (version) localStorage.setItem(KEY, version);
    else localStorage.removeItem(KEY);
  } catch {
    // as above
  }
}

function element(tag, attributes, text = "") {
  const made = Object.assign(document.createElement(tag), attributes);
  made.textContent = text;
  return made;
}

/** Mark the column of a table that holds; returns how many of its answers differ from the newest. */
function markTable(table, version) {
  const heads = [...table.querySelectorAll("thead th[data-from]")];
  const from = heads.map((head) => head.dataset.from);
  const head = heads[from.indexOf(nearest(from, version))];
  if (!head) return 0;
  const [column, last] = [head.cellIndex, heads.at(-1).cellIndex];
  head.append(element("span", { className: "yours-mark" }, words.yours));
  head.classList.add("yours");
  let different = 0;
  for (const { cells } of table.tBodies[0].rows) {
    cells[column].classList.add("yours");
    if (cells[column].textContent === cells[last].textContent) continue;
    cells[column].append(element("span", { className: "differs-mark" }, words.differs(newest)));
    different++;
  }
  return different;
}

/** Fold a passage if it is not true of a version. */
function markPassage(passage, version) {
  const [, since, before] = /^(?:>=([\d.]+))? ?(?:<([\d.]+))?$/.exec(passage.dataset.versions);
  const holds =
    (!since || compare(version, since) >= 0) && (!before || compare(version, before) < 0);
  const [line, ...rest] = passage.children;
  for (const part of rest) part.hidden = !holds;
  if (!holds) line.append(element("span", { className: "differs-mark" }, words.folded));
}

function clear() {
  for (const mark of document.querySelectorAll(".yours-mark, .differs-mark")) mark.remove();
  for (const cell of document.querySelectorAll(".yours")) cell.classList.remove("yours");
  for (const part of document.querySelectorAll("[data-versions] > [hidden]")) part.hidden = false;
}

/** Show what is true of a version; of all if it is "". Returns it in a sentence. */
function show(version) {
  clear();
  if (!version) return words.none;
  if (compare(version, known[0]) < 0) return words.older(version, known[0]);
  const tables = [...document.querySelectorAll("table.releases")];
  const different = tables.reduce((sum, table) => sum + markTable(table, version), 0);
  for (const passage of document.querySelectorAll("[data-versions]")) markPassage(passage, version);
  const match = nearest(known, version);
  const said = match === version ? "measured" : match === newest ? "newer" : "below";
  const count = tables.length ? words.count(different, newest) : "";
  return `${words[said](version, match)} ${count}`.trim();
}

/** A version in full, `0.118.0` for `0.118`; "" of anything else. */
function valid(version) {
  const [all, short, patch = ".0"] = /^(\d+\.\d+)(\.\d+)?$/.exec(version ?? "") ?? [];
  return all ? short + patch : "";
}

const address = new URLSearchParams(location.search);
const chosen = valid(address.get(KEY)) || valid(stored());
const status = element("p", { className: "your-version-status", role: "status" });
const select = element("select", { id: "your-version" });
const options = known.includes(chosen) || !chosen ? known : [...known, chosen].sort(compare);
select.append(
  element("option", { value: "" }, words.all),
  ...options.toReversed().map((version) => element("option", { value: version }, version)),
);
select.value = chosen;
select.addEventListener("change", () => {
  const url = new URL(location.href);
  if (select.value) url.searchParams.set(KEY, select.value);
  else url.searchParams.delete(KEY);
  history.replaceState(history.state, "", url);
  store(select.value);
  status.textContent = show(select.value);
});
const label = element("label", { htmlFor: "your-version" }, words.label);
const line = element("div", { className: "your-version-choice" });
line.append(label, select);
bar.prepend(line);
bar.append(status);
if (chosen) {
  store(chosen);
  status.textContent = show(chosen);
}
