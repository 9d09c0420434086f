// The house's rules for JavaScript: `make lint`. How it is set out is Prettier's business.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/vendor/**"] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", 60],
      "no-var": "error",
      "object-shorthand": "error",
      "one-var": ["error", "never"],
      "prefer-const": "error",
    },
  },
  { files: ["code/descent/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["code/publish/*.js"], languageOptions: { globals: globals.browser, sourceType: "script" } },
  {
    files: ["code/publish/search.js"],
    languageOptions: { globals: { Search: "readonly", DOCUMENTATION_OPTIONS: "readonly" } },
  },
];
