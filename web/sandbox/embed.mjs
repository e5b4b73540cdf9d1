// An embed's script: the sandbox, and how high the page is, told to the page that it is embedded in.
import "./element.mjs";

// Any site may embed it. So the message says nothing but this, to whomever it is; and none is heard.
const TYPE = "after-the-response:height";

function tell() {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  if (height) parent.postMessage({ type: TYPE, height }, "*"); // 0 where the frame is hidden
}

if (parent !== window) new ResizeObserver(tell).observe(document.body);
