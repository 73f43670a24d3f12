window.addEventListener('load', () => {
  window.ui = SwaggerUIBundle({
    url: '/openapi.yaml',
    dom_id: '#api',
    deepLinking: true,
    displayRequestDuration: true,
    // nothing is asked of anybody but this service
    validatorUrl: null,
  });
});
