"""A real repository for a test, used as somebody would; and traps in it that tell when they were sprung."""

import os
import subprocess
from pathlib import Path

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "ada@example.com" for who in ("AUTHOR", "COMMITTER")},
}
HOOKS = (
    "post-checkout", "post-commit", "post-index-change", "pre-commit", "reference-transaction", "post-merge",
    "fsmonitor-watchman", "prepare-commit-msg", "commit-msg", "post-rewrite", "pre-auto-gc",
)  # fmt: skip


class Repository:
    """A repository with a branch `main`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, given: str | bytes = b"", check: bool = True, **environment: str) -> str:
        """What git answers; it must succeed unless `check` is off."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            input=given.encode() if isinstance(given, str) else given,
            capture_output=True,
            env={**os.environ, **_ENVIRONMENT, **environment},
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def commit(self, message: str = "as it is") -> str:
        """Commit the working tree as it is; the commit's id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def blob(self, data: str | bytes) -> str:
        """An object with these bytes."""
        return self.git("hash-object", "-w", "--stdin", given=data)

    def tree(self, *entries: tuple[str, str, str]) -> str:
        """A tree of (mode, object, name), whatever the name: no working tree could hold some."""
        kinds = {"040000": "tree", "160000": "commit"}
        lines = [f"{mode} {kinds.get(mode, 'blob')} {id}\t{name}\0".encode("utf-8", "surrogateescape")
                 for mode, id, name in entries]  # fmt: skip
        return self.git("mktree", "-z", "--missing", given=b"".join(lines))

    def commit_of(self, tree: str) -> str:
        """A commit of a tree, on no branch."""
        return self.git("commit-tree", tree, "-m", "made")

    def state(self) -> tuple[str, ...]:
        """What somebody would see of the working tree, the index and the branches."""
        asked = (["status", "--porcelain", "-uall"], ["ls-files", "-s"], ["for-each-ref"], ["worktree", "list"])
        return (*(self.git(*words) for words in asked), self.git("rev-parse", "HEAD"), self.git("stash", "list"))

    def trap(self, sprung: Path) -> None:
        """Set every setting that names a program to one that makes a file, and give the files attributes for it."""
        program = self.root / ".git/trap"
        program.write_text(f"#!/bin/sh\necho sprung by $0 $* >> '{sprung}'\ncat\n", encoding="utf-8")
        program.chmod(0o755)
        hooks = self.root / ".git/trapped"
        hooks.mkdir(exist_ok=True)
        for folder in (hooks, self.root / ".git/hooks"):
            folder.mkdir(exist_ok=True)
            for name in HOOKS:
                folder.joinpath(name).write_bytes(program.read_bytes())
                folder.joinpath(name).chmod(0o755)
        names = [
            "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "diff.external",
            "filter.trap.clean", "filter.trap.smudge", "diff.trap.textconv", "diff.trap.command", "merge.trap.driver",
            "gpg.program", "sequence.editor", "credential.helper", "hook.trap.command", "alias.ls-tree",
            "alias.cat-file", "alias.rev-parse", "alias.status", "core.alternateRefsCommand",
        ]  # fmt: skip
        for name in names:
            value = f"{program} %O %A %B" if name == "merge.trap.driver" else os.fspath(program)
            self.git("config", name, f"!{value}" if name.startswith("alias") else value)
        self.git("config", "filter.trap.required", "true")
        self.git("config", "commit.gpgSign", "true")
        for event in HOOKS:
            self.git("config", "--add", "hook.trap.event", event)
        self.git("config", "core.hooksPath", os.fspath(hooks))
        info = self.root / ".git/info/attributes"
        info.parent.mkdir(exist_ok=True)
        info.write_text("*.yaml filter=trap diff=trap merge=trap\n", encoding="utf-8")
