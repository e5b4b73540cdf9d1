// Asks one search engine all questions of a language, in a page that allows everything:
// ask({engine, language, files, questions}) gives each question's addresses, milliseconds, and
// the names of the files that were loaded for all of them.

const messages = (worker) => {
  let waiting;
  worker.onmessage = ({ data }) => waiting.resolve(data);
  worker.onerror = ({ message }) => waiting.reject(new Error(message));
  return (message, transfer = []) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      worker.postMessage(message, transfer);
    });
};

const firsts = ({ data }) => data.items.map(([best]) => best.location);

const ENGINES = {
  async ours({ files }) {
    const send = messages(new Worker(files.worker));
    const index = await (await fetch(files.index)).arrayBuffer();
    await send(index, [index]);
    return async (question) => firsts(await send({ type: 2, data: question }));
  },
  async lunr({ files }) {
    const send = messages(new Worker(files.worker));
    const index = await (await fetch(files.index)).json();
    await send({ type: 0, data: { ...index, options: { suggest: false } } });
    return async (question) => firsts(await send({ type: 2, data: question }));
  },
  async pagefind({ files, base }) {
    const pagefind = await import(files.script);
    await pagefind.init();
    return async (question) => {
      const { results } = await pagefind.search(question);
      const pages = await Promise.all(results.slice(0, 10).map((result) => result.data()));
      return pages.map(({ url }) => url.replace(base, "").replace(/^\//, ""));
    };
  },
};

async function ask(job) {
  document.documentElement.lang = job.language;
  const search = await ENGINES[job.engine](job);
  const answers = [];
  for (const question of job.questions) {
    const before = performance.now();
    const found = await search(question);
    answers.push([found, performance.now() - before]);
  }
  return answers;
}
