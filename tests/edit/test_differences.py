"""What is shown of an edit is the edit: git carries it out."""

from random import Random

from support_git import Repository

from invgit.edit.differences import unified
from invgit.edit.files import FileEdit


def lines(random: Random, kinds: int) -> list[str]:
    return [f"{random.choice('abcdef')}{random.randint(0, kinds)}" for _ in range(random.randint(0, 40))]


def changed(random: Random, before: list[str]) -> list[str]:
    after = list(before)
    for _ in range(random.randint(1, 6)):
        at = random.randint(0, len(after))
        if random.random() < 0.4:
            del after[at : at + 2]
        elif random.random() < 0.5:
            after[at : at + 2] = after[at : at + 2][::-1]
        else:
            after.insert(at, f"new {random.randint(0, 9)}")
    return after


def data(random: Random, text: list[str]) -> bytes:
    return ("\n".join(text) + ("\n" if text and random.random() < 0.7 else "")).encode()


def test_git_makes_of_the_old_files_the_new_ones(tmp_path) -> None:
    repository = Repository(tmp_path / "repository")
    wanted: dict[str, bytes | None] = {}
    edits = []
    for seed in range(300):
        random = Random(seed)
        before = lines(random, seed % 25)
        one = data(random, before) if random.random() < 0.9 else None
        other = data(random, changed(random, before)) if random.random() < 0.9 else None
        if one == other or b"" in {one, other}:
            continue
        edits.append(FileEdit(f"{seed}", one, other))
        wanted[f"{seed}"] = other
        if one is not None:
            (repository.root / "tree").mkdir(exist_ok=True)
            (repository.root / "tree" / f"{seed}").write_bytes(one)
    patch = "\n".join(unified(edits, "tree")) + "\n"
    repository.git("apply", "--whitespace=nowarn", "-", given=patch)
    for name, other in wanted.items():
        path = repository.root / "tree" / name
        assert (path.read_bytes() if path.exists() else None) == other, name
    assert len(wanted) > 200


def test_a_large_file_in_which_everything_changes_is_compared_at_once() -> None:
    before = [line for number in range(3000) for line in (f"  d{number}:", "    name: X", "    zone: a", "")]
    after = [line.replace("zone: a", "zone: b") for line in before]
    edit = FileEdit("f", "\n".join(before).encode(), "\n".join(after).encode())
    assert sum(line.startswith("+    zone: b") for line in unified([edit], "tree")) == 3000
