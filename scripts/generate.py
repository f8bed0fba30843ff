"""A large inventory from a seed, the same bytes every time: `python3 scripts/generate.py FOLDER --devices 10000`."""

import argparse
import random
from pathlib import Path

PER_FILE, PER_SITE, ZONES = 50, 500, 20
TYPES = ("dimmer", "sensor", "camera", "access-point", "lock", "speaker", "thermostat", "switch")


def generate(folder: Path, devices: int, seed: int = 42, changed: float = 0.0) -> None:
    """Write `folder/inventory` with so many devices; a share of them, `changed`, has another name than without it."""
    inventory = folder / "inventory"
    _write(inventory / "catalog/catalog.yaml", _catalog())
    _write(inventory / "acme/organization.yaml", "organization: {name: Acme, type: business}\n")
    for site in range((devices + PER_SITE - 1) // PER_SITE):
        below = inventory / f"acme/site-{site:04}"
        _write(below / "site.yaml", _site(site))
        for first in range(site * PER_SITE, min(devices, (site + 1) * PER_SITE), PER_FILE):
            last = min(devices, first + PER_FILE, (site + 1) * PER_SITE)
            text = "".join(_device(number, seed, changed) for number in range(first, last))
            _write(below / f"devices/{first:07}.yaml", f"devices:\n{text}")


def _catalog() -> str:
    categories = "".join(f"  {name}: {{name: {name.title()}}}\n" for name in ("automation", "network"))
    types = "".join(f"  {name}: {{name: {name.title()}, category: automation, model: {name}}}\n" for name in TYPES)
    return f"categories:\n{categories}device_types:\n{types}"


def _site(site: int) -> str:
    zones = "".join(f"  zone-{zone}: {{name: Zone {zone}, type: room}}\n" for zone in range(ZONES))
    block = f"10.{site // 64}.{site % 64 * 4}"
    return (
        f"site: {{name: Site {site}, type: office, timezone: Europe/Berlin}}\nzones:\n{zones}"
        f"networks:\n  main-lan: {{name: Main, type: ethernet, cidr: {block}.0/22, gateway: {block}.1}}\n"
    )


def _device(number: int, seed: int, changed: float) -> str:
    chance = random.Random(f"{seed}-{number}")
    site, host = number // PER_SITE, number % PER_SITE + 10
    name = f"Device {number}{' renamed' if chance.random() < changed else ''}"
    block = f"10.{site // 64}.{site % 64 * 4 + host // 250}"
    octets = (number >> 24 & 255, seed & 255, number >> 16 & 255, number >> 8 & 255, number & 255)
    mac = ":".join(["a0", *(f"{octet:02x}" for octet in octets)])
    firmware = f"1.{chance.randrange(99)}.0"
    return (
        f"  device-{number:07}:\n    name: {name}\n    type: {chance.choice(TYPES)}\n"
        f"    zone: zone-{chance.randrange(ZONES)}\n    network: main-lan\n"
        f"    mac: {mac}\n    ip: {block}.{host % 250 + 1}\n    serial: SN{seed}-{number:08}\n"
        f"    hostname: host-{number}\n"
        f'    refs: {{homeseer: "{number}"}}\n'
        f"    metadata: {{port: {chance.randrange(1, 49)}, firmware: {firmware}}}\n"
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--changed", type=float, default=0.0)
    options = parser.parse_args()
    generate(options.folder, options.devices, options.seed, options.changed)
