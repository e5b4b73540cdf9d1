// The editor for JavaScript: a file of its own, since most readers need only one of the two.

import { javascriptLanguage } from "@codemirror/lang-javascript";
import { Editor } from "../editor/editor.mjs";

export const edit = (sandbox, given) => new Editor(sandbox, given, javascriptLanguage);
