import inherits from "inherits";

export { inherits };
export default { inherits };
