// Replaces what player, frame and page are made of.
Object.prototype.svg = "<script>ran()</script>";
Array.prototype.map = () => ["<img src=x onerror=ran()>"];
JSON.stringify = () => "{}";
globalThis.postMessage({ mark: ["x", 1] });
console.log("done");
