// The API's description for people. The address of the schema comes from the page.
const place = document.getElementById("api-docs");
const root = document.documentElement;

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
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
