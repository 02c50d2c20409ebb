// The API's description for people. The address of the schema comes from the page.
const place = document.getElementById("api-docs");

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  // No outside service is asked to judge the description.
  validatorUrl: null,
});
