"""What the runner of GitHub Actions makes of a log, after its source (actions/runner, ActionCommand.cs)."""

import re
from dataclasses import dataclass, field

KNOWN = {
    "error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "add-matcher", "remove-matcher", "add-path",
    "set-env", "set-output", "save-state", "stop-commands", "echo", "internal-set-repo-path",
}  # fmt: skip


@dataclass(frozen=True)
class Command:
    """A command that the runner would carry out."""

    name: str
    data: str
    properties: dict[str, str] = field(default_factory=dict)


def commands(log: str) -> list[Command]:
    """The commands in a log; a line ends with LF or CRLF, also where only CR stands."""
    found = (_second(line) or _first(line) for line in re.split(r"\r\n|\n|\r", log))
    return [each for each in found if each]


def _second(line: str) -> Command | None:
    """`::name key=value,…::data`, at the beginning of a line."""
    match = re.match(r"\s*::(.*?)::(.*)", line)
    if not match:
        return None
    name, _, words = match[1].partition(" ")
    if name.lower() not in KNOWN:
        return None
    pairs = (word.partition("=") for word in words.strip().split(",") if word)
    properties = {key: _taken_back(value, ("\r", "\n", ":", ",", "%")) for key, _, value in pairs if value}
    return Command(name, _taken_back(match[2], ("\r", "\n", "%")), properties)


def _first(line: str) -> Command | None:
    """`##[name key=value;…]data`, anywhere."""
    match = re.search(r"##\[([^\]]*)\](.*)", line)
    if not match or match[1].partition(" ")[0].lower() not in KNOWN:
        return None
    return Command(match[1].partition(" ")[0], _taken_back(match[2], (";", "\r", "\n", "]", "%")))


def _taken_back(text: str, signs: tuple[str, ...]) -> str:
    for sign in signs:
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text
