// The editor for Python.

import { pythonLanguage } from "@codemirror/lang-python";
import { styleTags, tags } from "@lezer/highlight";
import { Editor } from "../editor/editor.mjs";

// A decorator has one colour, as in the listings.
const decorators = styleTags({ "Decorator/VariableName Decorator/PropertyName": tags.meta });
const language = pythonLanguage.configure({ props: [decorators] });

export const edit = (sandbox, given) => new Editor(sandbox, given, language);
