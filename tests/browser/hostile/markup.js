// Claims that its names, texts and responses are markup.
const evil = "<img src=x onerror=ran()>";
const holder = { [evil]: () => setTimeout(() => console.log("<script>ran()</script>"), 1000) };
holder[evil]();
console.error(evil);
Error.prepareStackTrace = undefined;
