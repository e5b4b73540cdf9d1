// Notices that somebody means to press a button, before it is pressed.

const INTENT = 150; // real milliseconds of attention to the button that mean something

/** Calls `start` once somebody means to press `button`, unless data is dear. */
export function heed(button, start) {
  if (navigator.connection?.saveData) return;
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(start, INTENT);
  };
  button.addEventListener("pointerenter", wait);
  button.addEventListener("focus", () => button.matches(":focus-visible") && wait());
  // A press needs no more guessing: if it fails at once, nothing shall start behind its back.
  for (const end of ["click", "pointerleave", "blur"])
    button.addEventListener(end, () => clearTimeout(timer));
}
