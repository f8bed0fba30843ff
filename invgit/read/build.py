"""Documents to entities: inherited values come in, references become paths, pydantic checks the result."""

from invgit import diagnostics
from invgit.diagnostics import Diagnostic
from invgit.model.entity import Address, AnyEntity, Entity, Origin
from invgit.model.inventory import Inventory
from invgit.model.values import Fault, check
from invgit.read.documents import Documents
from invgit.read.inherit import Inheritance
from invgit.read.layers import prepared
from invgit.read.partial import in_part
from invgit.read.references import References


def build(documents: Documents) -> tuple[Inventory, list[Diagnostic]]:
    """The inventory of what can be understood, of some devices only a part; and what is wrong with the rest."""
    problems: list[Diagnostic] = []
    references = References(documents.entities, documents.lost)
    inheritance = Inheritance(documents, references)
    entities: list[AnyEntity] = []
    for raw in documents.entities.values():
        layers, origin, unknown = inheritance.layers(raw)
        plain, faults = prepared(raw, layers, references, complete=documents.complete)
        values, refused = check(raw.spec, plain)
        if faults or refused:
            # what is inherited and wrong is not missing
            told = [
                each for each in (*faults, *refused) if not (each.code == "missing-field" and unknown & {*each.path})
            ]
            problems.extend(_diagnostic(origin, fault, raw.address) for fault in told)
        values = values or in_part(raw.spec, plain, (*faults, *refused))
        if values is not None:
            entities.append(Entity(raw.address, values, origin))
        elif raw.spec.single:
            documents.complete = False
    problems.extend(inheritance.problems)
    problems.extend(_diagnostic(origin, fault, None) for origin, fault in inheritance.faults)
    return Inventory(entities), problems


def _diagnostic(origin: Origin, fault: Fault, address: Address | None) -> Diagnostic:
    """A fault at the place that can mend it: what is missing, at the group it is missing from (or its empty key)."""
    missing = fault.code == "missing-field"
    own = origin._replace(inherits=None) if len(fault.path) == 1 else origin  # a type's name is no name of its devices
    stands = own.stands(fault.path, key=True) if missing and fault.path else None
    path = fault.path[:-1] if missing and not stands else fault.path
    source, span = origin.find(*path, key=fault.on_key or missing)
    message = fault.message
    if source.hides(span) and not (fault.on_key or missing):
        message = "this value (a secret, not shown) is not allowed here"
    fix = diagnostics.instead(source, span, fault.wrong, fault.right)
    if fault.on_key and fault.right and origin.stands((*fault.path[:-1], fault.right), key=True):
        fix = None  # the right key stands there too: which of the two is meant, nobody knows
    addresses = () if address is None else (str(address),)
    return diagnostics.at(source, span, fault.code, message, help=fault.help, fix=fix, addresses=addresses)
