// The API's description for people. The address of the schema comes from the page.
const place = document.getElementById("api-docs");
const root = document.documentElement;

// What Swagger UI's own page lacks for whoever hears or types it: a heading above the calls, names
// for the parts beside its main, and no link inside the button that opens a call.
const said = (React, kind, words) => React.createElement(kind, { className: "visually-hidden" }, words);
const after = (kind, words) => (Original, { React }) => (given) =>
  React.createElement(React.Fragment, null, said(React, kind, words), React.createElement(Original, given));
const mended = {
  wrapComponents: {
    InfoContainer: (Original, { React }) => (given) =>
      React.createElement("section", { "aria-label": "What it is" }, React.createElement(Original, given)),
    AuthorizeBtnContainer: (Original, { React }) => (given) =>
      React.createElement(
        "section",
        { "aria-label": "Your key" },
        said(React, "h2", "Your key"),
        React.createElement(Original, given),
      ),
    operations: after("h2", "Calls"),
    CloseIcon: after("span", "Close"),
    // A button that has words of its own goes by these.
    Button: (Original, { React }) => ({ "aria-label": name, ...given }) =>
      React.createElement(Original, typeof given.children === "string" ? given : { ...given, "aria-label": name }),
    DeepLink: (_, { React }) => ({ text }) => React.createElement("span", { className: "nostyle" }, text),
  },
};

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  plugins: [mended],
  syntaxHighlight: false, // its colours are too faint on its grounds
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  // No outside service is asked to judge the description.
  validatorUrl: null,
});

// Swagger UI has a dark dress of its own; js/theme.js says when it is worn.
function dress() {
  root.classList.toggle("dark-mode", root.dataset.bsTheme === "dark");
}

dress();
new MutationObserver(dress).observe(root, { attributeFilter: ["data-bs-theme"] });
