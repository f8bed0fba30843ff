"""What a plan can say of renames, and files alone cannot: whether there is anything to rename."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from invgit import diagnostics
from invgit.diagnostics import Diagnostic, Rule, Severity
from invgit.model.entity import Address
from invgit.model.inventory import Inventory

RENAMED_FROM_NOTHING = Rule(
    "renamed-from-nothing",
    """What an entity was renamed from is in the database, and is going to be renamed.

Once the rename is applied, the line has done its work. Before that, the slug is not spelled as it was. `plan` and
`apply` find this; `validate` asks no database.

Wrong:
    zones:
      study: {name: Study, renamed_from: ofice}
Right:
    zones:
      study: {name: Study}
""",
    Severity.WARNING,
)


def from_nothing(desired: Inventory, known: Collection[Address]) -> Iterator[Diagnostic]:
    """A warning for each `renamed_from` whose origin is neither described nor among the `known` entities."""
    for entity in desired.stored.values():
        before = entity.before
        if before and entity.origin and before not in known and desired.at(before) is None:
            there = entity.address in known
            help = "delete the line: the rename is done" if there else "is it spelled as it was? If so, delete the line"
            found = diagnostics.at(
                *entity.origin.find("renamed_from"),
                RENAMED_FROM_NOTHING.code,
                f"there is no {before} in the database to be renamed",
                help=help,
            )
            yield replace(found, severity=RENAMED_FROM_NOTHING.severity, addresses=(str(entity.address),))
