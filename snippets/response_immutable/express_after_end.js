import express from "express";

export const app = express();

// --8<-- [start:process]
app.post("/process", (_req, res) => {
  res.json({ status: "processing" });

  const complete = () => {
    const written = res.write('{"status":"completed"}', (error) => {
      console.log(`written: ${written}, ${error.code}`);
    });
  };
  setTimeout(complete, 1000);
});
// --8<-- [end:process]
