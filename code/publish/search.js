// Search results show each formula once: its HTML holds it as MathML, as TeX and drawn.
{
  const htmlToText = Search.htmlToText;
  Search.htmlToText = (html, anchor) =>
    htmlToText(html.replace(/<annotation.*?<\/annotation>|<!--drawn-->.*?<!--\/drawn-->/gs, ""), anchor);
  document.querySelector(".bd-search-container input")?.focus();
}
