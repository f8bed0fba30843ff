"""Rules about single values: what each kind of field takes."""

from invgit.diagnostics import Rule

VALUE_RULES: tuple[Rule, ...] = (
    Rule(
        "missing-field",
        """A field that everything of its kind needs is there, and has a value.

It may come from `defaults:` of the file; a device also takes what its device type says.

Wrong:
    devices:
      nas: {type: nas}
Right:
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "unknown-field",
        """Every key is a field of its kind.

What has no field goes to `metadata`, under keys of your own.

Wrong:
    devices:
      nas: {name: NAS, type: nas, hostnmae: storage}
Right:
    devices:
      nas: {name: NAS, type: nas, hostname: storage, metadata: {bought_by: Asha}}
""",
    ),
    Rule(
        "wrong-type",
        """A value has the shape of its field: text, a list, or a mapping.

Wrong:
    devices:
      nas: {name: NAS, type: nas, tags: rack}
Right:
    devices:
      nas: {name: NAS, type: nas, tags: [rack]}
""",
    ),
    Rule(
        "bad-choice",
        """A field with a fixed set of words has one of them, in lower case.

Wrong:
    devices:
      nas: {name: NAS, type: nas, usage_status: broken}
Right:
    devices:
      nas: {name: NAS, type: nas, usage_status: failed}
""",
    ),
    Rule(
        "bad-text",
        """A text has the form and the length of its field.

A name is one line without blanks at its ends, at most 255 characters; a host name is letters, digits and hyphens
(RFC 1123); a colour is #rrggbb. Text that is empty is left out.

Wrong:
    devices:
      nas: {name: NAS, type: nas, hostname: my_nas}
Right:
    devices:
      nas: {name: NAS, type: nas, hostname: my-nas}
""",
    ),
    Rule(
        "bad-slug",
        """A slug is lower-case letters, digits and single hyphens, at most 100 characters.

The names of folders, the keys of entities and tags are slugs. In the slug of a connection `--` may join the two ends.

Wrong:
    devices:
      Front_Door: {name: Front door, type: sensor}
Right:
    devices:
      front-door: {name: Front door, type: sensor}
""",
    ),
    Rule(
        "bad-boolean",
        """Yes or no is one of true, false, yes, no, on, off.

Wrong:
    devices:
      nas: {name: NAS, type: nas, protect: ja}
Right:
    devices:
      nas: {name: NAS, type: nas, protect: yes}
""",
    ),
    Rule(
        "bad-integer",
        """A whole number is written in decimal digits, and lies in the range of its field.

No underscores, no hexadecimal, no leading zeros.

Wrong:
    vlans:
      iot: {name: IoT, vlan_id: 4095}
Right:
    vlans:
      iot: {name: IoT, vlan_id: 4094}
""",
    ),
    Rule(
        "bad-number",
        """A number is written in decimal digits with a point, and lies in the range of its field.

Wrong:
    devices:
      nas: {name: NAS, type: nas, purchase_price: $1299.00}
Right:
    devices:
      nas: {name: NAS, type: nas, purchase_price: 1299.00}
""",
    ),
    Rule(
        "bad-date",
        """A date is a day of the calendar, as 2026-03-31; a moment has its offset, as 2026-03-31T18:00:00Z.

Wrong:
    devices:
      nas: {name: NAS, type: nas, purchase_date: 2025-02-30}
Right:
    devices:
      nas: {name: NAS, type: nas, purchase_date: 2025-02-28}
""",
    ),
    Rule(
        "bad-mac",
        """A hardware address is twelve hexadecimal digits, and that of one device.

Colons, hyphens, Cisco's dots or nothing between them. All zeros, the broadcast address and multicast addresses (the
second digit is odd) belong to no device.

Wrong:
    devices:
      nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00}
Right:
    devices:
      nas: {name: NAS, type: nas, mac: A0-1E-0B-00-00-01}
""",
    ),
    Rule(
        "bad-ip",
        """An address is a whole IPv4 or IPv6 address that a host can have.

Without prefix length, without zone, without leading zeros: `010.0.0.1` means 8.0.0.1 to some programs.

Wrong:
    devices:
      nas: {name: NAS, type: nas, ip: 10.0.0.256}
Right:
    networks:
      lan: {name: LAN, cidr: 10.0.0.0/24}
    devices:
      nas: {name: NAS, type: nas, network: lan, ip: 10.0.0.25}
""",
    ),
    Rule(
        "bad-cidr",
        """A network is its first address and the length of its prefix.

Wrong:
    networks:
      lan: {name: LAN, cidr: 10.0.0.1/24}
Right:
    networks:
      lan: {name: LAN, cidr: 10.0.0.0/24}
""",
    ),
    Rule(
        "bad-url",
        """A link begins with http:// or https:// and a host, and holds no user and no password.

Other links could run something in a browser.

Wrong:
    devices:
      nas: {name: NAS, type: nas, links: {manual: "javascript:alert(1)"}}
Right:
    devices:
      nas: {name: NAS, type: nas, links: {manual: https://example.com/nas.pdf}}
""",
    ),
    Rule(
        "bad-country",
        """A country is one of ISO 3166, in two or three letters.

Wrong:
    # inventory/home/cabin/site.yaml
    site: {name: Cabin, country: United States}
Right:
    # inventory/home/cabin/site.yaml
    site: {name: Cabin, country: US}
""",
    ),
    Rule(
        "bad-currency",
        """A currency is one of ISO 4217.

Wrong:
    devices:
      nas: {name: NAS, type: nas, purchase_price: 99, purchase_currency: Euro}
Right:
    devices:
      nas: {name: NAS, type: nas, purchase_price: 99, purchase_currency: EUR}
""",
    ),
    Rule(
        "bad-timezone",
        """A time zone is a name of the IANA database.

Short names such as PST say nothing about summer time, and mean different zones in different places.

Wrong:
    # inventory/home/cabin/site.yaml
    site: {name: Cabin, timezone: PST}
Right:
    # inventory/home/cabin/site.yaml
    site: {name: Cabin, timezone: America/Los_Angeles}
""",
    ),
)
