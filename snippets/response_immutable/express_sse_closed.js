import express from "express";

export const app = express();

// --8<-- [start:events]
app.get("/events", (_req, res) => {
  res.writeHead(200, { "Content-Type": "text/event-stream" });

  const timer = setInterval(() => {
    res.write("data: hello\n\n");
    console.log(res.destroyed ? "hello to nobody" : "hello");
  }, 1000);
  res.on("close", () => clearInterval(timer));
});
// --8<-- [end:events]
