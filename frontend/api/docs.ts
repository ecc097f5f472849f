// The page /api/docs: Swagger UI with the merged document, from this site alone (docs/adr/0006).
import "swagger-ui-dist/swagger-ui.css";
import "./docs.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

// The viewer has its own dark colours, which hang on a class of the page; the shop's choice is in theme.js.
const system = matchMedia("(prefers-color-scheme: dark)");
function paint(): void {
  const chosen = document.documentElement.dataset.theme;
  document.documentElement.classList.toggle("dark-mode", chosen ? chosen === "dark" : system.matches);
}
system.addEventListener("change", paint);
paint();

SwaggerUI({
  url: "/api/openapi.json",
  domNode: document.getElementById("api"),
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null, // it would send the document to another host
});
