const LISTS = new Set(["set-cookie"]); // of which each stands alone

/** Headers, by their names without regard to case. */
export class HeaderBag {
  #held = new Map(); // lower-case name -> [name, value]

  constructor(pairs = []) {
    for (const [name, value] of pairs) this.append(name, value);
  }

  set(name, value) {
    this.#held.set(name.toLowerCase(), [name, value]);
  }

  append(name, value) {
    const before = this.get(name);
    this.set(name, before === undefined ? value : [before, value].flat());
  }

  get(name) {
    return this.#held.get(`${name}`.toLowerCase())?.[1];
  }

  has(name) {
    return this.#held.has(`${name}`.toLowerCase());
  }

  delete(name) {
    this.#held.delete(`${name}`.toLowerCase());
  }

  pairs() {
    return [...this.#held.values()];
  }

  /** As who receives them sees them. */
  joined() {
    const told = [...this.#held].map(([name, [, value]]) => [
      name,
      LISTS.has(name) ? [value].flat() : [value].flat().join(", "),
    ]);
    return Object.fromEntries(told);
  }

  /** As who sets them sees them. */
  own() {
    return Object.fromEntries([...this.#held].map(([name, [, value]]) => [name, value]));
  }
}
