"""Waivers: a rule that does not count for an entity, with a reason; and what is wrong with waivers themselves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from invgit.check.rule import Check, Context, Finding, told
from invgit.diagnostics import Diagnostic, Rule, Severity
from invgit.model import mend
from invgit.model.entity import AnyEntity
from invgit.model.values import GUESSES, did_you_mean

UNKNOWN = Rule(
    "unknown-rule",
    """A waiver names a rule that exists and that can be waived.

Rules about the spelling of a file cannot be waived: without them the file could not be understood. Nor can those that
the database holds as well: duplicate-ip, duplicate-vlan, duplicate-category, duplicate-connection.

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


def waived(
    context: Context, findings: Iterable[tuple[Check, Finding]], checks: Sequence[Check]
) -> Iterator[Diagnostic]:
    """The findings of `checks` that no waiver excuses. A finding about several entities is excused at any of them."""
    used: set[tuple[str, str]] = set()
    for check, finding in findings:
        rule = check.rule
        if not check.waivable:
            yield told(rule, finding)
            continue
        holders = [finding.entity, *(other for other, _, _ in finding.others)]
        excused = [entity for entity in holders if holds(context, entity, rule.code)]
        used.update((_named(entity), rule.code) for entity in excused)
        if not excused:
            yield told(rule, finding)
    yield from _about_waivers(context, used, checks)


def holds(context: Context, entity: AnyEntity, code: str) -> bool:
    """Whether a rule is waived at an entity today."""
    waiver = entity.values.waive.get(code)
    if waiver is None:
        return False
    return waiver.until is None or context.today(entity.address.site) <= date.fromisoformat(waiver.until)


def _named(entity: AnyEntity) -> str:
    return str(entity.address)


def _about_waivers(context: Context, used: set[tuple[str, str]], checks: Sequence[Check]) -> Iterator[Diagnostic]:
    """What is wrong with the waivers themselves."""
    waivable = {check.rule.code: check.waivable for check in checks}
    known, unknown = [code for code, can_be in waivable.items() if can_be], 0
    for entity in context.inventory:
        for code in entity.values.waive:
            at = Finding(entity, ("waive", code), "", key=True)
            if code not in waivable:
                unknown += 1
                words = known if unknown <= GUESSES else []
                help = did_you_mean(code, words) or "`invgit explain` lists the rules"
                meant = mend.word(code, words)
                right = None if meant in entity.values.waive else meant
                message = f"there is no rule `{code}` that can be waived"
                yield told(UNKNOWN, replace(at, message=message, help=help, right=right))
            elif not waivable[code]:
                help = "mend what it says: the database holds the same rule"
                yield told(UNKNOWN, replace(at, message=f"`{code}` cannot be waived", help=help))
            elif not holds(context, entity, code):
                message = f"the waiver of `{code}` ended on {entity.values.waive[code].until}"
                yield told(
                    EXPIRED, replace(at, message=message, help="mend what the rule says, or give it a later day")
                )
            elif (_named(entity), code) not in used and context.complete:
                message = f"`{code}` has nothing to say here"
                yield told(WITHOUT_EFFECT, replace(at, message=message, help="delete the waiver"))
