/** A query as Node takes it apart: what comes twice is a list. */
export function parse(text) {
  const found = Object.create(null);
  for (const [key, value] of new URLSearchParams(text))
    found[key] = key in found ? [found[key], value].flat() : value;
  return found;
}

export default { parse };
