// Prints for ever, and catches what stops it.
for (;;)
  try {
    console.log("x".repeat(10_000));
  } catch {}
