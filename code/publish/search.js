// Search results show each formula once: its HTML holds it as MathML and drawn.
{
  const htmlToText = Search.htmlToText;
  Search.htmlToText = (html, anchor) => htmlToText(html.replace(/<!--drawn-->.*?<!--\/drawn-->/gs, ""), anchor);
  // A page opened as a file may not read other files: no summaries then.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  document.querySelector(".bd-search-container input")?.focus();
}
