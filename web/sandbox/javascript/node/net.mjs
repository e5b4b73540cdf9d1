const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** 4, 6 or 0 for what is no address. */
export function isIP(text) {
  if (V4.test(text)) return 4;
  return `${text}`.includes(":") && URL.canParse(`http://[${text}]/`) ? 6 : 0;
}

export default { isIP };
