"""Two inventories with every kind in them, and everything that can happen to a row between them."""

_CATALOG = """
categories:
  net: {{name: Network, sort_order: {order}}}
  {category}
device_types:
  lamp: {{name: Lamp, manufacturer: Acme, model: L-{order}, category: net}}
"""
_ORGANIZATION = """
organization: {{name: {name}, type: home}}
networks:
  vpn: {{name: VPN, type: other, cidr: 10.9.{number}.0/24}}
"""
_HOME = """
site: {{name: {name}, type: residence}}
zones:
  hall: {{name: {name} Hall}}
  closet: {{name: Closet, parent: hall}}
  {zone}
vlans:
  main: {{name: Main, vlan_id: {number}0}}
  {vlan}
networks:
  lan: {{name: LAN, cidr: 10.0.0.0/24, vlan: main, gateway: 10.0.0.1, controller: switch}}
  {network}
devices:
  switch: {{name: {name} Switch, type: switch, category: net, network: lan, ip: 10.0.0.2, mac: "a0:1e:0b:00:00:0a"}}
  nas:
    name: NAS
    type: nas
    zone: closet
    mac: a0:1e:0b:00:00:0{number}
    interfaces: {{eth1: {{mac: "a0:1e:0b:00:01:0{number}", network: lan, ip: 10.0.0.2{number}}}}}
    attributes: {{bays: {{value: "{number}"}}}}
  left: {{name: {left}, type: lamp, network: lan, ip: 10.0.0.3{number}}}
  right: {{name: {right}, type: lamp}}
  {device}
connections:
  nas--switch: {{from: nas, to: switch, to_port: "{number}", type: ethernet}}
  {connection}
reservations:
  printer: {{network: lan, ip: 10.0.0.25{number}, type: reserved}}
  {reservation}
"""
_CABIN = """
site: {name: Cabin, type: residence}
zones: {loft: {name: Loft}}
devices: {cam: {name: Cam, type: camera}}
"""


def _world(number: int, **words: str) -> dict[str, str]:
    word = words["word"]
    return {
        "catalog/catalog.yaml": _CATALOG.format(order=number, category=f"{word}: {{name: {word}}}"),
        "o/organization.yaml": _ORGANIZATION.format(name=f"Org {number}", number=number),
        "o/home/site.yaml": _HOME.format(
            name=f"Home {number}",
            number=number,
            left="AB"[number % 2],
            right="BA"[number % 2],
            zone=f"{word}: {{name: {word}, parent: hall}}",
            vlan=f"{word}: {{name: {word}, vlan_id: 10{number}}}",
            network=f"{word}: {{name: {word}, cidr: 10.1.{number}.0/24, vlan: {word}}}",
            device=f"{word}: {{name: {word}, type: lamp, zone: {word}, network: {word}, ip: 10.1.{number}.5}}",
            connection=f"{word}--switch: {{from: {word}, to: switch, type: ethernet}}",
            reservation=f"{word}: {{network: {word}, ip: 10.1.{number}.9, type: reserved}}",
        ),
        **{f"o/{site}/site.yaml": _CABIN for site in words["sites"].split()},
    }


OLD = _world(1, word="before", sites="cabin")
"""What is there."""
NEW = _world(2, word="after", sites="cabin lodge")
"""What is wanted: of nearly every kind one comes, one goes and one is changed; two names are swapped."""
