// What a ¶ opens: the ways to link to a heading, a listing, a table or a timeline.

const isChinese = document.documentElement.lang === "zh";
const words = isChinese
  ? {
      any: "按读者的语言打开",
      by: "按 Ctrl+C（Mac 上是 ⌘C）复制",
      close: "关闭",
      copied: "已复制",
      embed: "嵌入",
      field: "要复制的文字",
      line: "行",
      link: "链接",
      mine: "只用中文",
      which: "语言",
    }
  : {
      any: "Opens in the reader’s language",
      by: "Press Ctrl+C (⌘C on a Mac) to copy",
      close: "Close",
      copied: "Copied",
      embed: "Embed",
      field: "Text to copy",
      line: "Line",
      link: "Link",
      mine: "English only",
      which: "Language",
    };

// Of what an embed can do in a frame: it needs no origin, and links back.
const ALLOWED = "allow-scripts allow-popups allow-popups-to-escape-sandbox";

const root = __md_scope; // the home page's address, which Material's own script has too
const own = location.pathname.slice(root.pathname.length);
const home = isChinese ? "" : "en/";

const escaped = {
  markdown: (text) => text.replace(/[\\`*_{}[\]<>|]/g, "\\$&"),
  confluence: (text) => text.replace(/[\\[\]{}|!*_]/g, "\\$&"),
  html: (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`),
};

/** The texts to copy, by what they are called. */
function texts({ url, name, picture, embed }) {
  const { markdown, confluence, html } = escaped;
  const told = {
    [words.link]: url,
    Markdown: picture
      ? `[![${markdown(name)}](${picture})](${url})`
      : `[${markdown(name)}](${url})`,
    Confluence: picture ? `[!${picture}!|${url}]` : `[${confluence(name)}|${url}]`,
    HTML: picture
      ? `<a href="${url}"><img src="${picture}" alt="${html(name)}"></a>`
      : `<a href="${url}">${html(name)}</a>`,
  };
  if (embed)
    told[words.embed] =
      `<iframe src="${embed}" title="${html(name)}" sandbox="${ALLOWED}" loading="lazy" ` +
      `width="100%" height="900"></iframe>`;
  return told;
}

/** What is linked to: its address, its name, and what there is of a snippet besides. */
function subject(link, { neutral, line }) {
  const { listing, timeline } = link.parentElement.dataset;
  const framed = link.closest("live-sandbox") && (listing ?? timeline);
  const title = document.querySelector("h1 .headerlink")?.dataset.name ?? document.title;
  const isPage = link.parentElement.matches("h1");
  const page = neutral ? `c/${own.slice(home.length)}` : own;
  const place = `${link.hash}${line ? `-${line}` : ""}`;
  const language = isChinese ? "zh" : "en";
  return {
    name: isPage ? title : `${link.dataset.name} · ${title}`,
    url: `${root}${page}${isPage ? "" : place}`,
    picture: timeline && `${root}timelines/${timeline}.${language}.png`,
    embed: framed && `${root}${home}embed/${framed}/`,
  };
}

/** An element with properties, and what is inside it. */
function make(tag, properties, ...inside) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
}

/** A field for a line of a listing, if its lines have ids; the one that is selected stands in it. */
function lineField(link) {
  const lines = document.querySelectorAll(`pre span[id^="${link.hash.slice(1)}-"]`);
  if (!link.parentElement.dataset.listing || !lines.length) return null;
  const at = getSelection().anchorNode?.parentElement?.closest("pre span[id]");
  const value = [...lines].includes(at) ? at.id.split("-").at(-1) : "";
  return make("input", { type: "number", min: 1, max: lines.length, value });
}

/** Ways to write a link to the place of a ¶, and what the reader has chosen of them. */
class Panel {
  constructor(link) {
    this.link = link;
    this.said = make("p", { role: "status" });
    this.field = make("textarea", { ariaLabel: words.field, readOnly: true, rows: 2 });
    this.line = lineField(link);
    this.box = make("div", { className: "cite", role: "group", ariaLabel: link.ariaLabel });
    this.box.append(this.#buttons(), this.#choices(), this.field, this.said);
    this.box.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    this.box.addEventListener("input", () => this.show());
    this.show();
  }

  #buttons() {
    const uses = Object.keys(texts(subject(this.link, {}))).map((kind) =>
      make("button", { type: "button", onclick: () => this.copy(kind) }, kind),
    );
    const close = make("button", { type: "button", onclick: () => this.close() }, words.close);
    return make("div", { className: "cite-kinds" }, ...uses, close);
  }

  #choices() {
    const choice = (label, value, checked) =>
      make("label", {}, make("input", { type: "radio", name: "cite", value, checked }), label);
    const line = this.line ? [make("label", {}, words.line, this.line)] : [];
    return make(
      "div",
      { className: "cite-choices", role: "group", ariaLabel: words.which },
      choice(words.any, "any", true),
      choice(words.mine, "mine", false),
      ...line,
    );
  }

  /** Show the text of a kind, or that of the kind which is shown as it is now. */
  show(kind = this.kind ?? words.link) {
    this.kind = kind;
    const neutral = this.box.querySelector(":checked").value === "any";
    const line = this.line?.validity.valid ? this.line.value : "";
    this.field.value = texts(subject(this.link, { neutral, line }))[kind];
    this.said.textContent = "";
  }

  async copy(kind) {
    this.show(kind);
    try {
      await navigator.clipboard.writeText(this.field.value);
      this.said.textContent = `${words.copied}: ${kind}`;
    } catch {
      this.said.textContent = words.by;
      this.field.focus();
      this.field.select();
    }
  }

  open() {
    this.link.closest(":is(h1, h2, h3, h4, h5, h6, .place)").after(this.box);
    this.link.ariaExpanded = "true";
    history.replaceState(history.state, "", this.link.hash); // the address bar has it, too
    this.box.querySelector("button").focus();
  }

  close() {
    this.box.remove();
    this.link.ariaExpanded = "false";
    this.link.focus();
  }
}

/** The panel's own style, which no page needs before. */
const styled = new Promise((resolve) => {
  const href = new URL("cite.css", import.meta.url).href;
  const sheet = make("link", { rel: "stylesheet", href, onload: resolve, onerror: resolve });
  document.head.append(sheet);
});

let opened = null;

/** Opens the panel of a ¶ in place of another one, or closes it. */
export async function toggle(link) {
  await styled;
  const wasOpen = opened?.box.isConnected ? opened : null;
  wasOpen?.close();
  if (wasOpen?.link === link) return;
  opened = new Panel(link);
  opened.open();
}
