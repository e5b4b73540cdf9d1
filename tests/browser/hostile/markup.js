// Claims that its names, texts and responses are markup.
const evil = "<img src=x onerror=ran()>";
const callback = () => console.log("<script>ran()</script>");
// What nobody named is called by its callback's name.
setTimeout(Object.defineProperty(callback, "name", { value: evil }), 1000);
console.error(evil);
Error.prepareStackTrace = undefined;
