import express from "express";

export const app = express();

// --8<-- [start:process]
app.post("/process", (_req, res) => {
  res.json({ status: "processing" });

  const complete = () => {
    const accepted = res.write('{"status":"completed"}', (error) => {
      console.log(`${error.code}: ${error.message}`);
    });
    console.log(`accepted: ${accepted}`);
  };
  setTimeout(complete, 1000);
});
// --8<-- [end:process]
