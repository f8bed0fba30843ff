"""An editor: what VS Code's YAML extension asks of yaml-language-server, over its standard input and output.

The wire is that of the Language Server Protocol 3.17: headers, an empty line, JSON-RPC.
"""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds to wait for an answer of the server."""


@dataclass
class Editor:
    """A folder that is open in an editor, with its settings; documents by their paths in it."""

    folder: Path
    settings: Mapping[str, Any]
    process: "subprocess.Popen[bytes]"
    found: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The diagnostics that the server has published last, by address of the document."""
    _answers: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)
    _published: threading.Condition = field(default_factory=threading.Condition)
    _count: int = 0
    _opened: set[str] = field(default_factory=set)

    def diagnostics(self, path: str, text: str | None = None) -> list[str]:
        """Open a document, or change it to `text`, and wait for what the server says of it."""
        self.show(path, text)
        return self.published(path)

    def show(self, path: str, text: str | None = None) -> None:
        """Open a document as it is on the disk, or with `text` in the place of that; change it if it is open."""
        uri = self._uri(path)
        content = (self.folder / path).read_text(encoding="utf-8") if text is None else text
        with self._published:
            self.found.pop(uri, None)
        self._count += 1
        if uri in self._opened:
            about = {"uri": uri, "version": self._count}
            self._notify("textDocument/didChange", textDocument=about, contentChanges=[{"text": content}])
        else:
            about = {"uri": uri, "languageId": "yaml", "version": self._count, "text": content}
            self._notify("textDocument/didOpen", textDocument=about)
            self._opened.add(uri)

    def until(self, path: str, text: str, wanted: Callable[[list[str]], bool]) -> list[str]:
        """Change a document to `text`, and wait until what is said of it is what is wanted; the last that was said.

        A server that still reads its settings, or a schema that has just been written, says something else first.
        """
        said = self.diagnostics(path, text)
        until = time.monotonic() + PATIENCE
        while not wanted(said) and time.monotonic() < until:
            time.sleep(0.2)
            said = self.diagnostics(path, text)
        return said

    def published(self, path: str) -> list[str]:
        """What the server says next of a document: `line: message`."""
        uri = self._uri(path)
        with self._published:
            if not self._published.wait_for(lambda: uri in self.found, PATIENCE):
                raise TimeoutError(f"nothing was said of {path}")
            return [f"{each['range']['start']['line'] + 1}: {each['message']}" for each in self.found[uri]]

    def wrote(self, *paths: str) -> None:
        """Tell the server that files were written, as the editor's watcher does; what it said before is forgotten."""
        with self._published:
            self.found.clear()
        changes = [{"uri": self._uri(path), "type": 2} for path in paths]
        self._notify("workspace/didChangeWatchedFiles", changes=changes)

    def completions(self, path: str, line: int, column: int) -> dict[str, str]:
        """What is offered at a place (both from 0): each label with its documentation."""
        answer = self._at("completion", path, line, column)
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {item["label"]: _text(item.get("documentation")) for item in items}

    def hover(self, path: str, line: int, column: int) -> str:
        """The help at a place (both from 0)."""
        answer = self._at("hover", path, line, column)
        return _text(answer["contents"]) if answer else ""

    def _at(self, what: str, path: str, line: int, column: int) -> Any:
        where = {"textDocument": {"uri": self._uri(path)}, "position": {"line": line, "character": column}}
        return self._ask(f"textDocument/{what}", **where)

    def _uri(self, path: str) -> str:
        return (self.folder / path).as_uri()

    def _ask(self, method: str, **params: Any) -> Any:
        self._count += 1
        asked = self._count
        self._send({"id": asked, "method": method, "params": params})
        until = time.monotonic() + PATIENCE
        while True:
            answer = self._answers.get(timeout=max(until - time.monotonic(), 0.01))
            if answer["id"] == asked:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _notify(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _listen(self) -> None:
        """Everything the server sends, until it ends: answers, what it asks in turn, diagnostics."""
        stream = self.process.stdout
        assert stream
        while head := stream.readline():
            length = 0
            while head.strip():
                name, _, value = head.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                head = stream.readline()
            self._hear(json.loads(stream.read(length)))

    def _hear(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._answers.put(message)
        elif method == "workspace/configuration":
            wanted = [self._section(item.get("section", "")) for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": wanted})
        elif method == "textDocument/publishDiagnostics":
            with self._published:
                self.found[message["params"]["uri"]] = message["params"]["diagnostics"]
                self._published.notify_all()
        elif "id" in message:
            self._send({"id": message["id"], "result": None})

    def _section(self, name: str) -> Any:
        """The settings below a name, nested as VS Code nests their dotted keys; null where there are none."""
        found: dict[str, Any] = {}
        for key, value in self.settings.items():
            if key.startswith(f"{name}."):
                found[key.removeprefix(f"{name}.")] = value
        return found or None


def _text(contents: Any) -> str:
    if isinstance(contents, list):
        return "\n".join(map(_text, contents))
    return contents["value"] if isinstance(contents, dict) else contents or ""


@contextmanager
def editor(server: list[str], folder: Path, settings: Mapping[str, Any]) -> Iterator[Editor]:
    """An editor that has `folder` open; `server` is the command of the language server."""
    command = [*server, "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder) as process:
        made = Editor(folder, settings, process)
        listener = threading.Thread(target=made._listen, daemon=True)
        listener.start()
        try:
            workspace = {"configuration": True, "workspaceFolders": True, "didChangeWatchedFiles": {}}
            folders = [{"uri": folder.as_uri(), "name": folder.name}]
            capabilities = {"workspace": workspace, "textDocument": {"completion": {}, "hover": {}}}
            about = {"processId": None, "rootUri": folder.as_uri(), "workspaceFolders": folders}
            made._ask("initialize", **about, capabilities=capabilities)
            made._notify("initialized")
            made._notify("workspace/didChangeConfiguration", settings={"yaml": made._section("yaml")})
            yield made
        finally:
            process.kill()
            process.wait()
            listener.join(PATIENCE)
