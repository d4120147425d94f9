/**
 * A CloudFront function, in its JavaScript: addresses that name no file are the page's own and get index.html. An
 * error page instead would turn the api's own 403 and 404 into the page.
 */
export const SPA_ROUTER = `function handler(event) {
  var request = event.request;
  var name = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  if (name.indexOf(".") === -1) request.uri = "/index.html";
  return request;
}
`;
