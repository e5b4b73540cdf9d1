import express from "express";

export const app = express();

// --8<-- [start:process]
app.post("/process", (_req, res) => {
  res.json({ status: "processing" });
  res.write('{"status":"completed"}');
});
// --8<-- [end:process]
