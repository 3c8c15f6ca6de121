// What is looked for in the browser's side: mistakes, names without use, one way of writing.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/static/**", "**/vendor/**", ".venv*/**", "docs/**"] },
  js.configs.recommended,
  {
    rules: {
      "no-control-regex": "off", // control characters are what is looked for
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-shadow": "error", "no-var": "error", "prefer-const": ["error", { destructuring: "all" }], eqeqeq: "error",
      "no-restricted-properties": ["error", ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property, message: "Text of data is no markup." }))],
      "no-implicit-globals": "error", "no-duplicate-imports": "error", semi: "error", "max-lines": ["error", 300],
    },
  },
  { files: ["src/coopgraph/web/**"], languageOptions: { globals: { ...globals.browser, vis: "readonly" } } },
  { files: ["tools/**", "tests/**"], languageOptions: { globals: globals.node } },
];
