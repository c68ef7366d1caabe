// @ts-check
/** The API's documentation, drawn by swagger-ui from /openapi.json. */

const swagger = /** @type {{SwaggerUIBundle: (options: object) => void}} */ (
  /** @type {unknown} */ (globalThis)
);
swagger.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
});
