/**
 * A CloudFront function, in its JavaScript: the address of a page that has an HTML file of its own gets that file, and
 * every other address that names no file gets index.html, which leads to where there is something. An error page instead
 * would turn the api's own 403 and 404 into the page.
 * @param files the files of the built page
 */
export function pageRouter(files: readonly string[]): string {
  const html = files.filter((file) => /^[\w-]+\.html$/.test(file)).sort();
  const pages = Object.fromEntries(html.map((file) => [`/${file.slice(0, -".html".length)}`, `/${file}`]));
  return `var pages = ${JSON.stringify(pages)};
function handler(event) {
  var request = event.request;
  var page = request.uri.replace(/(.)\\/$/, "$1");
  if (Object.prototype.hasOwnProperty.call(pages, page)) request.uri = pages[page];
  else if (page.slice(page.lastIndexOf("/")).indexOf(".") === -1) request.uri = "/index.html";
  return request;
}
`;
}
