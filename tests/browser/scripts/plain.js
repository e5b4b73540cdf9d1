// Without Express: when a response is finished, when it and its request are closed.
export const app = (req, res) => {
  req.on("close", () => console.log(`request closed ${req.url}`));
  res.on("finish", () => console.log(`finished ${req.url}`));
  res.on("close", () => console.log(`closed ${req.url} ${res.writableFinished}`));
  if (req.url === "/never") return;
  res.setHeader("Content-Type", "text/plain");
  if (req.url === "/destroyed") {
    res.write("x");
    setTimeout(() => res.destroy(), 1000);
    return;
  }
  let body = "";
  req.setEncoding("utf8");
  req.on("data", (chunk) => {
    body += chunk;
  });
  req.on("end", () => res.end(`got ${body}`, () => console.log("ended")));
};
