"""Texts that somebody might put into a name, a path or a branch to be obeyed by what shows them; and who would obey."""

import re

TERMINAL = [
    "\x1b[31mred\x1b[0m", "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "\x1b]0;title\x07",
    "\x9b31m", "\x90q\x9c",
    "a\rb", "a\r\nb", "a\nb", "a\tb", "a\x08b", "a\x7fb", "\x00", "\x85", "\u2028x\u2029",
    "ab\u202etxt.exe", "\u2066a\u2069",
    "\u200b", "\u200f", "\ufeff", "\u061c", "\ud800", "\udcff",
]  # fmt: skip
WORKFLOW = [
    "::error::x", "::add-mask::x", " \t ::set-output name=a::b", "a\n::error::x", "a\r::error::x", "\u3000::error::x",
    "##[add-mask]x", "a ##[error]b", "##[set-output name=a;]b",
    "::error file=a,line=1::b", "%0A::error::x", "%0D%0A", "%25",
    "%3A%2C", "a,b=c:d;e]f", "::stop-commands::x",
]  # fmt: skip
MARKDOWN = [
    "@team", "@org/team", "#12", "GH-12", "org/repo#12", "a5c3785ed8d6a35868bc169f07e40e889087fd2e",
    "[x](javascript:1)", "[x][y]", "![](http://evil.example/a.png)", "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<!-- a comment",
    "-->", "<!-- invgit:plan -->", "<http://evil.example>", "www.evil.example", "http://evil.example",
    "https://evil.example/a|b", "someone@evil.example",
    "mailto:a@b.example", "xmpp:a@b.example", ":tada:",
    "$x^2$", "$`x`$",
    "$$x$$", "`",
    "``", "```", "````", "`a",
    "a`", "a``b`c", " `` ", "`" * 100,
    "`" * 300, "~~~",
    "```\n</details>", "|", "a|b",
    "a\\|b", "\\", "a\\", "\\`", "\\\\|", "||", "\\||", "*a*",
    "**a**", "_a_", "~~a~~", "# a", "- a", "1. a", "> a", "---",
    "- [ ] a", "&amp;", "&#42;", "&lt;b&gt;", "</details>", "<details>", "</code>",
    " ", "  ", " a", "a ", " a ", "[^1]",

    "[^1]: a", "[x]: http://evil.example", "> [!WARNING]", "a  ", "\\\n", "    a", "<!--", "]]>", "<?x", "![CDATA[",
]  # fmt: skip
PLAIN = [
    "",
    "x" * 20_000,
    "Ärger 🖴 👨‍👩‍👧 שלום",
    "::1",
    "fd00::1",
    "=cmd|' /C calc'!A0",
    "null",
    "'",
    '"',
    "100%",
    "{0}",
]
PAYLOADS = [*TERMINAL, *WORKFLOW, *MARKDOWN, *PLAIN]

# C0 but for line breaks and tabs, DEL, C1, marks of direction, separators, what nobody sees, half characters
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
OURS = re.compile("\x1b\\[[0-9;]*m")
"""Colours: a terminal obeys them as it should."""
