"""A small inventory with something of every kind."""

HOUSE = {
    "catalog/c.yaml": """\
categories:
  security: {name: Security}
  network: {name: Network}
device_types:
  doorbell-2: {name: Doorbell, category: security, manufacturer: Ring, model: D2, metadata: {power: poe}}
homeseer:
  locks: {when: {type_strings: [Z-Wave Door Lock]}, type: lock}
""",
    "o/organization.yaml": """\
organization: {name: Oak}
networks:
  vpn: {name: VPN, cidr: 10.99.0.0/29, gateway: 10.99.0.1}
""",
    "o/home/site.yaml": """\
site: {name: Home, type: residence}
zones:
  ground: {name: Ground floor, floor_number: 0}
  hall: {name: Hall, type: room, parent: ground}
  closet-2: {name: Closet, parent: hall}
  closet-10: {name: Big closet, parent: hall}
  attic: {name: Attic, floor_number: 2}
vlans:
  main: {name: Main, vlan_id: 1}
networks:
  lan: {name: LAN, type: ethernet, cidr: 192.168.1.0/24, gateway: 192.168.1.1, vlan: main,
        dhcp: {from: 192.168.1.100, to: 192.168.1.199}, cidr6: "fd00:1::/64", dns: [192.168.1.2]}
  wifi: {name: Wi-Fi, type: wifi, vlan: main, ssid: Oak}
""",
    "o/home/devices.yaml": """\
defaults:
  devices: {network: lan}
devices:
  front-door:
    name: Front door
    type: doorbell-2
    zone: hall
    mac: A0-1E-0B-00-00-01
    ip: 192.168.1.3
    refs: {homeseer: "3398"}
    tags: [outside, bell]
    metadata: {os: RTOS}
  nas:
    name: NAS
    type: nas
    category: network
    zone: closet-10
    ip: 192.168.1.20
    serial: SN-77
    hostname: nas.oak.example
    interfaces: {eth1: {mac: a0:1e:0b:00:00:02, network: wifi, ip: 192.168.1.21}}
    metadata: {os: Linux, disks: 4}
  switch: {name: Core switch, type: switch, zone: closet-2, ip: 192.168.1.5, maintenance: true}
  old-nas: {name: Old NAS, type: nas, zone: attic, network: null, usage_status: retired}
connections:
  nas--switch: {from: nas, to: switch, to_port: "10", type: ethernet}
reservations:
  printer: {network: lan, ip: 192.168.1.4}
""",
    "o/cabin/site.yaml": """\
site: {name: Cabin}
zones: {hall: {name: Hall}}
networks: {lan: {name: Cabin LAN, cidr: 192.168.1.0/24}}
devices:
  front-door: {name: Cabin door, type: lock, zone: hall, network: lan, ip: 192.168.1.3}
""",
}
HOSTS = "o/home/devices.yaml"
