// So does a rejection that nobody handles.
setTimeout(async () => {
  console.log("in");
  await null;
  throw new Error("later");
}, 1000);
setTimeout(() => console.log("never"), 5000);
