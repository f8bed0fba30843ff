"""Waivers: a rule that does not count for an entity, with a reason; and what is wrong with waivers themselves."""

from collections.abc import Iterator, Sequence
from datetime import date

from invgit.check.rule import Context, Finding, told
from invgit.diagnostics import Diagnostic, Rule, Severity
from invgit.model.entity import AnyEntity
from invgit.model.values import did_you_mean

UNKNOWN = Rule(
    "unknown-rule",
    """A waiver names a rule that exists and that can be waived.

Rules about the spelling of a file cannot be waived: without them the file could not be understood.

Wrong:
    devices:
      lamp: {name: Lamp, type: lamp, waive: {duplicate-name: same model}}
Right:
    devices:
      lamp: {name: Lamp, type: lamp}
""",
)
WITHOUT_EFFECT = Rule(
    "waiver-without-effect",
    """A waiver stands only where its rule would speak.

What it once excused has been mended, or it stands at the wrong entity.

Wrong:
    devices:
      lamp: {name: Lamp, type: lamp, waive: {duplicate-mac: two of one board}}
Right:
    devices:
      lamp: {name: Lamp, type: lamp}
""",
    Severity.WARNING,
)
EXPIRED = Rule(
    "waiver-expired",
    """A waiver whose last day has passed no longer holds.

The rule speaks again; mend what it says, or give the waiver a later day.

Wrong:
    devices:
      lamp: {name: Lamp, type: lamp, waive: {duplicate-mac: {reason: two of one board, until: 2020-01-31}}}
Right:
    devices:
      lamp: {name: Lamp, type: lamp}
""",
    Severity.WARNING,
)
WAIVER_RULES = (UNKNOWN, WITHOUT_EFFECT, EXPIRED)


def waived(context: Context, findings: list[tuple[Rule, Finding]], known: Sequence[str]) -> Iterator[Diagnostic]:
    """The findings that no waiver excuses. A finding about several entities is excused at any of them.

    `known` are the codes that can be waived.
    """
    used: set[tuple[str, str]] = set()
    for rule, finding in findings:
        holders = [finding.entity, *(other for other, _, _ in finding.others)]
        excused = [entity for entity in holders if _holds(context, entity, rule.code)]
        used.update((_named(entity), rule.code) for entity in excused)
        if not excused:
            yield told(rule, finding)
    yield from _about_waivers(context, used, known)


def _holds(context: Context, entity: AnyEntity, code: str) -> bool:
    waiver = entity.values.waive.get(code)
    if waiver is None:
        return False
    return waiver.until is None or context.today(entity.address.site) <= date.fromisoformat(waiver.until)


def _named(entity: AnyEntity) -> str:
    return str(entity.address)


def _about_waivers(context: Context, used: set[tuple[str, str]], known: Sequence[str]) -> Iterator[Diagnostic]:
    for entity in context.inventory:
        for code in entity.values.waive:
            path = ("waive", code)
            if code not in known:
                help = did_you_mean(code, known) or "`invgit explain` lists the rules"
                yield told(
                    UNKNOWN, Finding(entity, path, f"there is no rule `{code}` that can be waived", help, key=True)
                )
            elif not _holds(context, entity, code):
                message = f"the waiver of `{code}` ended on {entity.values.waive[code].until}"
                yield told(
                    EXPIRED, Finding(entity, path, message, "mend what the rule says, or give it a later day", key=True)
                )
            elif (_named(entity), code) not in used:
                message = f"`{code}` has nothing to say here"
                yield told(WITHOUT_EFFECT, Finding(entity, path, message, "delete the waiver", key=True))
