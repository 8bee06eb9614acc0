// Draws an OpenAPI definition. Without this script the page has its outline; what is sent to the service is copied as
// a command, never sent from here: the definition is a stranger's, and the portal's cookies are the reader's.

const { SwaggerUIBundle } = window;

// It knows the dark theme by a class of its own.
const root = document.documentElement;
const darkSystem = matchMedia("(prefers-color-scheme: dark)");

function followTheme() {
  const theme = root.dataset.bsTheme ?? (darkSystem.matches ? "dark" : "light");
  root.classList.toggle("dark-mode", theme === "dark");
}

darkSystem.addEventListener("change", followTheme);
followTheme();

for (const place of document.querySelectorAll("[data-openapi]")) {
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset.openapi,
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    supportedSubmitMethods: [],
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
  });
}
