// A draft as a file of its own, which says how it is run.

// What it needs besides FastAPI and uvicorn, told by the words in it.
const NEEDS = {
  sqlalchemy: /\bsqlalchemy\b/,
  greenlet: /\bsqlalchemy\.ext\.asyncio\b/,
  aiosqlite: /\baiosqlite\b/,
  httpx: /\bhttpx\b/,
  "python-multipart": /\b(Form|File|UploadFile)\b/,
  websockets: /\bWebSocket\b/,
};

const nameOf = (file) => file.split("/").at(-1);

/** How a file is run: the command. */
export function served(file, requests) {
  if (file.endsWith(".js")) return `node ${nameOf(file)}`;
  const workers = 1 + Math.max(0, ...(requests ?? []).map(({ worker = 0 }) => worker));
  const several = workers > 1 ? ` --workers ${workers}` : "";
  return `uvicorn ${nameOf(file).replace(/\.py$/, "")}:app${several}`;
}

/** How the packages of a program are installed: the command, "" if it needs none. */
function installed(code, file, versions) {
  if (file.endsWith(".js"))
    return /["']express["']/.test(code) ? `npm install express@${versions.express}` : "";
  const needed = Object.keys(NEEDS).filter((name) => NEEDS[name].test(code));
  const pins = ["fastapi", "uvicorn", ...needed].map((name) => `${name}==${versions[name]}`);
  return `pip install ${pins.join(" ")}`;
}

/**
 * A program with a head of comments: how its packages are installed, and how it is run.
 *
 * @param {{code: string, requests: object[] | null}} draft
 * @param {string} file the path of the listing
 * @param {Record<string, string>} versions of each package
 * @param {string} page the address that it is from
 */
export function program({ code, requests }, file, versions, page) {
  const sign = file.endsWith(".js") ? "//" : "#";
  const head = [page, installed(code, file, versions), served(file, requests)].filter(Boolean);
  // Of an app of Express, which nothing serves otherwise.
  const tail = sign === "//" && requests?.length ? "\napp.listen(8000);\n" : "";
  return `${head.map((line) => `${sign} ${line}\n`).join("")}\n${code}${tail}`;
}
