// Answers in the player's place, and says to the frame whatever it might believe.
const response = { visitor: "<b>ann</b>", status: 200, headers: [], body: "<script>ran()</script>" };
const recording = { format: 1, events: [], printed: "", responses: [response] };
const none = { claims: [], digest: "", error: null, lines: [], missing: [] };
const transcript = ["<img src=x onerror=ran()>"];
postMessage({ ready: true, snapshot: { heap: new ArrayBuffer(1 << 16), table: [1, 2] } });
postMessage({ order: "beginAlone", name: "worker" });
postMessage({ result: JSON.stringify({ ...none, transcript, recording, svg: "SVG", fastapi: "", python: "" }) });
