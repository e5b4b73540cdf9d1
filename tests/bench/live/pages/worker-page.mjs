// A page with a Run button, a listing and an output; the listing's element says what is needed.
const listing = document.querySelector("#listing");
const { from, packages } = listing.dataset;
document.querySelector("#run").onclick = () => {
  const worker = new Worker("worker.mjs", { type: "module" });
  worker.onmessage = ({ data }) => document.querySelector("#output").append(data, "\n");
  worker.postMessage({
    from: new URL(from, location).href,
    packages: packages ? packages.split(" ") : [],
    code: listing.textContent,
  });
};
