// Drafts: what a run plays, `{code, requests}`.

/** Whether two drafts say the same. */
export const isSame = (one, other) =>
  one.code === other.code && JSON.stringify(one.requests) === JSON.stringify(other.requests);

/** The draft that a job has played, or will play. */
export const draftOf = ({ source, story }) => ({ code: source, requests: story.requests });
