import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// What a folder may import of the others: the arrows of README.md.
const allowed = {
  telemetry: [],
  shared: ["telemetry"],
  "features/account": ["shared", "telemetry"],
  "features/cart": ["shared", "telemetry"],
  "features/orders": ["shared", "telemetry", "features/cart"],
  "features/catalogue": ["shared", "telemetry", "features/cart"],
  "features/checkout": ["shared", "telemetry", "features/cart", "features/orders"],
  "features/admin": ["shared", "telemetry", "features/catalogue", "features/orders"],
};
const folders = [...Object.keys(allowed), "app"];
// The same in the console: its sections do not know each other, and of the shop it knows only parts of pages.
const sections = ["alerts", "dashboards", "logs", "traces"];
const sibling = {
  regex: "^\\.\\./",
  message: "Name other folders by @/, so that the direction of imports shows.",
};

function direction(folder) {
  const foreign = folders.filter((other) => other !== folder && !allowed[folder].includes(other));
  const patterns = [
    sibling,
    ...foreign.map((other) => ({ regex: `^@/${other}(/|$)`, message: `${folder} must not know ${other}.` })),
  ];
  return { files: [`src/${folder}/**`], rules: { "no-restricted-imports": ["error", { patterns }] } };
}

function within(folder, others) {
  const patterns = [
    {
      regex: "^@/(?!shared/(ui/|theme$|useSettled$))",
      message: "The console knows only parts of the shop's pages.",
    },
    ...others.map((other) => ({ regex: `^~/${other}(/|$)`, message: `${folder} must not know ${other}.` })),
  ];
  return { files: [`console/src/${folder}/**`], rules: { "no-restricted-imports": ["error", { patterns }] } };
}

export default tseslint.config(
  { ignores: ["**/dist", "src/shared/api/generated", "public"] },
  ...tseslint.configs.recommended,
  reactHooks.configs.flat.recommended,
  { rules: { "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }] } },
  { files: ["src/app/**"], rules: { "no-restricted-imports": ["error", { patterns: [sibling] }] } },
  ...Object.keys(allowed).map(direction),
  within("app", []),
  within("shared", ["app", ...sections]),
  ...sections.map((name) => within(name, ["app", ...sections.filter((other) => other !== name)])),
);
