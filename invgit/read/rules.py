"""All that reading can find: rules about files and the tree they stand in, beside those about texts and values."""

from invgit.diagnostics import Rule, Severity
from invgit.read.rules_text import TEXT_RULES
from invgit.read.rules_values import VALUE_RULES

_TREE_RULES: tuple[Rule, ...] = (
    Rule(
        "not-regular",
        """An inventory is made of regular files and folders.

A link could lead anywhere, and a pipe never ends: neither is opened. A folder has no name that ends in .yaml.

Right:
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "cannot-read",
        """Every file and folder of an inventory can be read.

Right:
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "bad-path",
        """The name of a file can be shown on one line.

Right:
    # inventory/home/house/devices/living-room.yaml
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "path-clash",
        """No two files differ in upper and lower case alone: on Windows and macOS they are one file.

Wrong:
    # inventory/home/house/Devices.yaml
    devices:
      nas: {name: NAS, type: nas}
    # inventory/home/house/devices.yaml
    devices:
      tv: {name: TV, type: tv}
Right:
    # inventory/home/house/devices.yaml
    devices:
      nas: {name: NAS, type: nas}
      tv: {name: TV, type: tv}
""",
    ),
    Rule(
        "reserved-name",
        """No file or folder has a name that Windows gives to something else: con, prn, aux, nul, com1, lpt1 …

Wrong:
    # inventory/home/house/aux.yaml
    devices:
      nas: {name: NAS, type: nas}
Right:
    # inventory/home/house/auxiliary.yaml
    devices:
      nas: {name: NAS, type: nas}
""",
        Severity.WARNING,
    ),
    Rule(
        "yaml-at-root",
        """Every file stands in the folder of what it describes.

Below the inventory come `catalog/` and a folder for each organization; in that, a folder for each site.

Wrong:
    # inventory/devices.yaml
    devices:
      nas: {name: NAS, type: nas}
Right:
    # inventory/home/house/devices.yaml
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "not-a-map",
        """A file says what kinds of things it describes: `devices:`, `zones:` and so on.

Wrong:
    - name: NAS
      type: nas
Right:
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "unknown-kind",
        """The keys at the top of a file are kinds of entities, or `defaults`.

Wrong:
    device:
      nas: {name: NAS, type: nas}
Right:
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "misplaced-kind",
        """A kind stands where it belongs: in the catalog, with an organization, or with a site.

Categories and device types are for the whole inventory; networks that span sites are the organization's.

Wrong:
    # inventory/home/devices.yaml
    devices:
      nas: {name: NAS, type: nas}
Right:
    # inventory/home/house/devices.yaml
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "duplicate-entity",
        """A slug names one thing of its kind in its folder, in whichever files the two stand.

Wrong:
    # inventory/home/house/kitchen.yaml
    devices:
      lamp: {name: Kitchen lamp, type: lamp}
    # inventory/home/house/office.yaml
    devices:
      lamp: {name: Office lamp, type: lamp}
Right:
    # inventory/home/house/kitchen.yaml
    devices:
      kitchen-lamp: {name: Kitchen lamp, type: lamp}
    # inventory/home/house/office.yaml
    devices:
      office-lamp: {name: Office lamp, type: lamp}
""",
    ),
    Rule(
        "not-inheritable",
        """What speaks of one entity cannot be a default: its name, its waivers, what it was renamed from.

Wrong:
    defaults:
      devices: {name: Lamp, type: lamp}
    devices:
      lamp: {zone: null}
Right:
    defaults:
      devices: {type: lamp}
    devices:
      lamp: {name: Lamp}
""",
    ),
    Rule(
        "unknown-reference",
        """What is referred to is described somewhere: in the same site, its organization, or the catalog.

Another site of the organization is named with it, as `cabin/router`; no reference leads into another organization.

Wrong:
    zones:
      office: {name: Office}
    devices:
      nas: {name: NAS, type: nas, zone: ofice}
Right:
    zones:
      office: {name: Office}
    devices:
      nas: {name: NAS, type: nas, zone: office}
""",
    ),
    Rule(
        "wrong-kind",
        """A reference names a thing of the kind that its field wants.

Wrong:
    networks:
      lan: {name: LAN}
    devices:
      nas: {name: NAS, type: nas, zone: lan}
Right:
    networks:
      lan: {name: LAN}
    devices:
      nas: {name: NAS, type: nas, network: lan}
""",
    ),
)

READ_RULES: tuple[Rule, ...] = (*TEXT_RULES, *VALUE_RULES, *_TREE_RULES)
