// Sends messages for ever, past the player.
for (;;) postMessage({ KIND: "x".repeat(10_000) });
