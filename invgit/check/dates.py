"""Dates: in the order of a device's life, and warranties that end."""

from collections.abc import Iterator
from datetime import date, timedelta

from invgit.check.rule import Context, Finding, error, warning
from invgit.model.entity import Entity
from invgit.model.kinds import Device

WARRANTY_NOTICE = timedelta(days=60)
"""How long before its end a warranty is spoken of."""

_ORDER = (
    ("purchase_date", "installation_date"),
    ("purchase_date", "warranty_expiry"),
    ("purchase_date", "failure_date"),
    ("installation_date", "failure_date"),
)

_DATES = {name for pair in _ORDER for name in pair}


@error
def dates_out_of_order(context: Context) -> Iterator[Finding]:
    """A device is bought before it is installed, and neither after its warranty ends or it fails.

    Wrong:
        devices:
          nas: {name: NAS, type: nas, purchase_date: 2025-06-01, installation_date: 2025-05-01}
    Right:
        devices:
          nas: {name: NAS, type: nas, purchase_date: 2025-05-01, installation_date: 2025-06-01}
    """
    for device in context.inventory.of(Device):
        if _DATES.isdisjoint(vars(device.values)):
            continue
        for before, after in _ORDER:
            first, second = getattr(device.values, before), getattr(device.values, after)
            if first and second and first > second:
                message = f"`{after}` {second} lies before `{before}` {first}"
                yield Finding(
                    device, (after,), message, "correct one of the two", ((device, (before,), f"`{before}` is here"),)
                )


@warning
def warranty_ended(context: Context) -> Iterator[Finding]:
    """The warranty of a device in use has ended.

    Today is the site's own date. A device that is retired or failed is not spoken of.

    Wrong:
        devices:
          nas: {name: NAS, type: nas, warranty_expiry: 2020-05-31}
    Right:
        devices:
          nas: {name: NAS, type: nas, warranty_expiry: 2099-05-31}
    """
    for device, ends, today in warranties(context):
        if ends < today:
            help = "waive it with a reason if that is as it should be, or delete the date"
            yield Finding(device, ("warranty_expiry",), f"the warranty ended on {ends}", help)


@warning
def warranty_ending(context: Context) -> Iterator[Finding]:
    """The warranty of a device in use ends within 60 days: time to claim what is wrong with it.

    Today is the site's own date.

    Wrong:
        devices:
          nas: {name: NAS, type: nas, warranty_expiry: 2026-01-31}
    Right:
        devices:
          nas: {name: NAS, type: nas, warranty_expiry: 2099-05-31}
    """
    for device, ends, today in warranties(context):
        if today <= ends <= today + WARRANTY_NOTICE:
            yield Finding(device, ("warranty_expiry",), f"the warranty ends on {ends}")


def warranties(context: Context) -> Iterator[tuple[Entity[Device], date, date]]:
    """Devices in use with the last day of their warranty, and the day it is where they are."""
    for device in context.inventory.of(Device):
        if device.values.warranty_expiry and device.values.usage_status not in {"retired", "failed"}:
            yield device, date.fromisoformat(device.values.warranty_expiry), context.today(device.address.site)
