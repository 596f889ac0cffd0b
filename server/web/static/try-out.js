/* Addresses of this office, tried out from its own description of them. Nothing leaves the host. */
window.addEventListener("load", function () {
  var place = document.getElementById("try-out");
  SwaggerUIBundle({
    url: place.getAttribute("data-description"),
    domNode: place,
    deepLinking: false,
    validatorUrl: null,
    defaultModelsExpandDepth: -1,
    supportedSubmitMethods: ["get"]
  });
});
