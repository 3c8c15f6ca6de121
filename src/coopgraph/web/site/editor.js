/* The editor of the query page: CodeMirror 6 with SPARQL. */

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap,
  completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentUnit, LanguageSupport, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap,
  lineNumbers, placeholder } from "@codemirror/view";
import { classHighlighter, styleTags, tags } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";

// The package gives prefixed names and the word `a` no tag of their own.
const sparql = SparqlLanguage.configure({
  props: [styleTags({ "Pname_ln Pname_ns": tags.propertyName, A_predicate: tags.keyword, IriRef: tags.url })],
});

/** @import { EditorState as State } from "@codemirror/state" */
/** @import { CompletionSource } from "@codemirror/autocomplete" */

/**
 * An editor in an element.
 * @param {object} given
 * @param {HTMLElement} given.parent
 * @param {string} given.text
 * @param {string} given.nonce of the content security policy, for the style sheet that CodeMirror adds
 * @param {string} given.label what a reader of the page hears
 * @param {string} given.hint what is seen while the editor is empty
 * @param {Record<string, string>} given.phrases
 * @param {CompletionSource} given.complete
 * @param {() => unknown} given.run called on Ctrl-Enter
 * @param {(text: string) => unknown} given.changed
 */
export function editorIn({ parent, text, nonce, label, hint, phrases, complete, run, changed }) {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        nonce ? EditorView.cspNonce.of(nonce) : [],
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }])),
        Prec.high(keymap.of([{ key: "Tab", run: acceptCompletion }])),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap,
          ...completionKeymap, ...lintKeymap, indentWithTab]),
        lineNumbers(), history(), highlightSpecialChars(), drawSelection(), bracketMatching(),
        closeBrackets(), highlightActiveLine(), lintGutter(), indentUnit.of("  "),
        EditorView.lineWrapping,
        new LanguageSupport(sparql),
        syntaxHighlighting(classHighlighter),
        autocompletion({ override: [complete], icons: false, maxRenderedOptions: 60 }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
        EditorView.contentAttributes.of({ "aria-label": label }), placeholder(hint), EditorState.phrases.of(phrases),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    /** @param {string} next */
    replace: (next) => view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: next },
      selection: { anchor: 0 },
    }),
    /** Line and column count from 1, the column in code points as the server counts. @param {number} line @param {number} column @param {string} message */
    mark(line, column, message) {
      const doc = view.state.doc;
      const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
      const before = [...at.text].slice(0, Math.max(column - 1, 0)).join("").length;
      const from = Math.min(at.from + before, at.to);
      const word = /^[^\s{}().;,]+/.exec(doc.sliceString(from, at.to));
      const to = Math.min(from + (word ? word[0].length : 1), doc.length);
      const found = { from: Math.min(from, Math.max(to - 1, 0)), to, severity: /** @type {const} */ ("error"), message };
      view.dispatch(setDiagnostics(view.state, [found]), {
        selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "nearest" }),
      });
    },
    clear: () => view.dispatch(setDiagnostics(view.state, [])),
  };
}

/** The name of the innermost node of the syntax tree at `at`, such as "String" or "Comment". @param {State} state @param {number} at */
export const nodeAt = (state, at) => syntaxTree(state).resolveInner(at, -1).name;
