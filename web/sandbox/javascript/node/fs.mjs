// There are no files: who looks for one finds none.
const lacking = (path) =>
  Object.assign(new Error(`ENOENT: no such file or directory, stat '${path}'`), {
    code: "ENOENT",
    errno: -2,
    path,
    syscall: "stat",
  });

export const stat = (path, callback) => process.nextTick(callback, lacking(path));

export function statSync(path) {
  throw lacking(path);
}

export class Stats {}
export default { stat, Stats, statSync };
