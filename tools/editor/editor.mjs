// The editor of the query page: CodeMirror 6 with SPARQL, as one global, `coopgraphEditor`.
// What it completes and says is given by the page (src/coopgraph/server/static/query.js), so
// that only a new version of a package is a reason to build it again.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap,
  completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentUnit, LanguageSupport, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap,
  lineNumbers, placeholder } from "@codemirror/view";
import { classHighlighter, styleTags, tags } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";

// The package gives prefixed names and the word `a` no tag of their own.
const sparql = SparqlLanguage.configure({
  props: [styleTags({ "Pname_ln Pname_ns": tags.propertyName, A_predicate: tags.keyword, IriRef: tags.url })],
});

/**
 * An editor in `parent`.
 *
 * complete(context): as a CompletionSource of @codemirror/autocomplete.
 * run(), changed(text): called on Ctrl-Enter and on every change.
 * nonce: of the content security policy, for the style sheet that CodeMirror adds.
 * label, hint, phrases: what a reader of the page hears and sees.
 */
export function create({ parent, text, nonce, label, hint, phrases = {}, complete, run, changed }) {
  const words = new Compartment();
  const said = (name, shown, translated) => [
    EditorView.contentAttributes.of({ "aria-label": name }),
    placeholder(shown),
    EditorState.phrases.of(translated),
  ];
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
        words.of(said(label, hint, phrases)),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    replace: (next) => view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: next },
      selection: { anchor: 0 },
    }),
    // Line and column count from 1, the column in code points as the server counts.
    mark(line, column, message) {
      const doc = view.state.doc;
      const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
      const before = [...at.text].slice(0, Math.max(column - 1, 0)).join("").length;
      const from = Math.min(at.from + before, at.to);
      const word = /^[^\s{}().;,]+/.exec(doc.sliceString(from, at.to));
      const to = Math.min(from + (word ? word[0].length : 1), doc.length);
      const mark = { from: Math.min(from, Math.max(to - 1, 0)), to, severity: "error", message };
      view.dispatch(setDiagnostics(view.state, [mark]), {
        selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "nearest" }),
      });
    },
    clear: () => view.dispatch(setDiagnostics(view.state, [])),
  };
}

/** The name of the innermost node of the syntax tree at `at`, such as "String" or "Comment". */
export const nodeAt = (state, at) => syntaxTree(state).resolveInner(at, -1).name;
