// Express: handlers that wait, that fail, and each way to answer.
import express from "express";

export const app = express();
const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

app.use(express.json());
app.get("/slow/:id", async (req, res) => {
  await sleep(1);
  res.set("X-Id", req.params.id).status(201).send(`slow ${req.query.q} ${req.ip}`);
  await sleep(2);
  console.log("after", req.params.id);
});
app.post("/echo", (req, res) => res.json({ got: req.body, 名: "字" }));
app.get("/fails", async () => {
  await sleep(1);
  throw new Error("no");
});
app.get("/throws", () => {
  throw new TypeError("boom");
});
app.get("/go", (_req, res) => res.redirect("/there"));
app.get("/chunks", async (_req, res) => {
  res.write("one");
  res.write("two");
  await sleep(1);
  res.end("three");
});
app.get("/cookie", (_req, res) => res.cookie("a", "1").cookie("b", "2").sendStatus(204));
app.get("/file", (_req, res) => res.sendFile("/nowhere"));
