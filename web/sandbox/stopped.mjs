/** What a run brings that was ended before it brought anything. */
export const STOPPED = { error: { kind: "stopped", message: "" }, missing: [], recording: null };
