// The API's description for people. The address of the schema comes from the page.
const place = document.getElementById("api-docs");
const root = document.documentElement;

// What Swagger UI's own page lacks for whoever hears or types it: a heading above the calls, names
// for the parts beside its main, and no link inside the button that opens a call.
const within = (name) => (Original, { React }) => (given) =>
  React.createElement("section", { "aria-label": name }, React.createElement(Original, given));
const mended = {
  wrapComponents: {
    InfoContainer: within("What it is"),
    AuthorizeBtnContainer: within("Your key"),
    operations: (Original, { React }) => (given) =>
      React.createElement(
        React.Fragment,
        null,
        React.createElement("h2", { className: "visually-hidden" }, "Calls"),
        React.createElement(Original, given),
      ),
    DeepLink: (_, { React }) => ({ text }) => React.createElement("span", { className: "nostyle" }, text),
  },
};

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  plugins: [mended],
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
