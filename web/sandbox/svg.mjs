// Rebuilds a drawing that came out of the sandbox from the few things that `recorder.draw` draws.
// The text is hostile until proved otherwise: nothing of it is put in the page, not even a node.

const SVG = "http://www.w3.org/2000/svg";
const LONGEST = 1e6; // characters
const MOST = 20_000; // elements
const DEEPEST = 3; // svg > text > tspan

// What each element may carry. Of class names, the stylesheet's alone; ids are made here.
const PLACED = { class: 1, x: 1, y: 1, "data-events": 1 };
const ALLOWED = {
  svg: { class: 1, viewBox: 1, width: 1, height: 1 },
  title: {},
  desc: {},
  path: { class: 1, d: 1, "data-events": 1 },
  rect: { ...PLACED, width: 1, height: 1, rx: 1 },
  circle: { class: 1, cx: 1, cy: 1, r: 1, "data-events": 1 },
  text: PLACED,
  tspan: { class: 1, dx: 1 },
};
// The root's own, which `rebuild` writes anew.
const WRITTEN = new Set(["xmlns", "role", "aria-labelledby", "aria-describedby", "id"]);
const WITH_TEXT = new Set(["title", "desc", "text", "tspan"]);
const CLASSES = new Set(
  "tl grid tick link soft who request task inner thread dependency wait said message answer bad none saying".split(
    " ",
  ),
);
// Numbers and a path's letters: no name, no address and no function can be written with these.
const SHAPE = /^[-+\d.e ,MVlmz]{1,200}$/;
const EVENTS = /^\d+( \d+)*$/; // of the recording, by their indexes

function isFine(name, value) {
  if (name === "class") return CLASSES.has(value);
  return (name === "data-events" ? EVENTS : SHAPE).test(value);
}

function refuse(what) {
  throw new TypeError(`not a drawing of the recorder's: ${what}`);
}

function parse(text) {
  if (typeof text !== "string" || text.length > LONGEST) refuse("its size");
  // A doctype with entities, a comment or an instruction: `draw` writes none.
  if (/<[!?]/.test(text)) refuse("a declaration");
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (root.localName !== "svg") refuse("its root");
  if (root.getElementsByTagName("*").length > MOST) refuse("its size");
  return root;
}

function copyAttributes(from, to) {
  const allowed = ALLOWED[from.localName];
  for (const { name, value } of from.attributes) {
    if (WRITTEN.has(name)) continue;
    if (!(Object.hasOwn(allowed, name) && isFine(name, value))) refuse(`the attribute ${name}`);
    to.setAttribute(name, value);
  }
}

function copy(from, depth = 1) {
  const name = from.localName;
  if (from.namespaceURI !== SVG || !Object.hasOwn(ALLOWED, name)) refuse("an element");
  if (depth > DEEPEST || (depth > 1 && name === "svg")) refuse("its depth");
  const to = document.createElementNS(SVG, name);
  copyAttributes(from, to);
  for (const child of from.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE) to.append(copy(child, depth + 1));
    else if (child.nodeType === Node.TEXT_NODE && WITH_TEXT.has(name)) to.append(child.data);
    else refuse("a text");
  }
  return to;
}

/**
 * Rebuild a drawing for this page.
 *
 * @param {string} text - an SVG picture as `recorder.draw` writes it, at most a million characters.
 * @param {string} key - a prefix for the picture's ids that is unique in the page.
 * @returns {SVGSVGElement} new nodes: shapes and texts without a style, a link or a script.
 * @throws {TypeError} the text is anything else.
 */
export function rebuild(text, key) {
  const picture = copy(parse(text));
  picture.setAttribute("role", "img");
  for (const [name, role] of [
    ["title", "labelledby"],
    ["desc", "describedby"],
  ]) {
    const told = picture.querySelector(`:scope > ${name}`) ?? refuse(`no ${name}`);
    told.id = `${key}-${name}`;
    picture.setAttribute(`aria-${role}`, told.id);
  }
  return picture;
}
