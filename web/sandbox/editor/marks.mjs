// Marks lines: the one that failed, and the one of the step. Both are lines of the program that ran,
// and stay with their text while that is edited.

import { ChangeSet, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutterLineClass } from "@codemirror/view";

const start = StateEffect.define(); // from here on, changes count
const set = StateEffect.define(); // {kind, line}

/** The changes since the program that ran; null where the text is another one. */
const since = StateField.define({
  create: () => null,
  update(changes, transaction) {
    const begun = transaction.effects.find((effect) => effect.is(start));
    if (begun) {
      const { doc } = transaction.state;
      return doc.toString() === begun.value ? ChangeSet.empty(doc.length) : null;
    }
    return transaction.docChanged ? (changes?.compose(transaction.changes) ?? null) : changes;
  },
});
/** The text of that program. */
const ran = StateField.define({
  create: () => null,
  update(doc, transaction) {
    const begun = transaction.effects.find((effect) => effect.is(start));
    return begun ? transaction.state.doc : doc;
  },
});

/** Whether all of a line has been replaced: what stands there now is another one. */
function isGone(changes, { from, to }) {
  let gone = false;
  changes.iterChangedRanges((start, end) => {
    gone ||= start <= from && end >= to && end > start;
  });
  return gone;
}

/**
 * The place of a line of the program that ran; null where it is not known, or not there any more.
 *
 * @param {EditorView} view
 * @param {number} line from 1 on
 */
export function placeOf({ state }, line) {
  const [changes, doc] = [state.field(since), state.field(ran)];
  const isThere = Number.isInteger(line) && line >= 1 && line <= (doc?.lines ?? 0);
  if (!changes || !isThere || isGone(changes, doc.line(line))) return null;
  return changes.mapPos(doc.line(line).from, 1);
}

function kind(name) {
  const sign = new (class extends GutterMarker {
    elementClass = name;
  })();
  const line = Decoration.line({ class: name });
  const field = StateField.define({
    create: () => null,
    update(place, transaction) {
      const told = transaction.effects.find(
        (effect) => effect.is(set) && effect.value.field === field,
      );
      if (told) return told.value.place;
      const { changes, startState } = transaction;
      if (place === null || isGone(changes, startState.doc.lineAt(place))) return null;
      return changes.mapPos(place, 1);
    },
    provide: (self) => [
      EditorView.decorations.from(
        self,
        (place) =>
          ({ state }) =>
            rangesOf(state, place, line),
      ),
      gutterLineClass.compute([self], (state) => rangesOf(state, state.field(self), sign)),
    ],
  });
  return field;
}

function rangesOf(state, place, value) {
  if (place === null || place > state.doc.length) return RangeSet.empty;
  return RangeSet.of([value.range(state.doc.lineAt(place).from)]);
}

export const failing = kind("failing");
export const stepping = kind("stepping");
export const marks = [since, ran, failing, stepping];

/** Have lines be those of a program, from now on. */
export function basis(view, text) {
  view.dispatch({ effects: start.of(text) });
}

/**
 * Mark a line.
 *
 * @param {EditorView} view
 * @param {StateField} field `failing` or `stepping`
 * @param {number} line of the program that ran; 0 for none
 */
export function mark(view, field, line) {
  view.dispatch({ effects: set.of({ field, place: placeOf(view, line) }) });
}
