"""What Markdown renderers make of a text: GitHub's own parser, and another one; and what a browser would see."""

from html.parser import HTMLParser

import cmarkgfm
from markdown_it import MarkdownIt


class Elements(HTMLParser):
    """The elements of a document in order with their attributes, and the text in each `code`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.codes: list[str] = []
        self.inside = False
        self.beside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "code":
            self.inside = True
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "code"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.codes[-1] += data
        else:
            self.beside += data

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")


MARKDOWN_IT = MarkdownIt("gfm-like", {"html": True})
RENDERERS = {
    "markdown-it": MARKDOWN_IT.render,
    "cmark-gfm": lambda text: cmarkgfm.github_flavored_markdown_to_html(text, cmarkgfm.Options.CMARK_OPT_UNSAFE),
}
