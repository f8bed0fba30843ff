"""Files of other programs, in the shapes that those write; names and addresses are made up.

From runs of the programs: those of nmap, arp-scan, Linux, dnsmasq, ISC dhcpd and Kea. After documentation, never seen
from the system itself: those of Windows, macOS and UniFi.
"""

import json

HEAD = "Interface: eth0, type: EN10MB, MAC: a0:1e:0b:00:00:fe, IPv4: 192.0.2.254\n"
ARP_SCAN = (
    HEAD + "Starting arp-scan 1.10.0 with 256 hosts (https://github.com/royhills/arp-scan)\n"
    "192.0.2.1\ta0:1e:0b:00:00:01\t(Unknown)\n"
    "192.0.2.9\ta0:1e:0b:00:00:09\tNine Corporation, Ltd (DUP: 2)\n"
    "192.0.2.77\t92:1e:0b:00:00:77\t(Unknown: locally administered)\n"
    "\n3 packets received by filter, 0 packets dropped by kernel\n"
    "Ending arp-scan 1.10.0: 256 hosts scanned in 1.909 seconds (134.10 hosts/sec). 3 responded\n"
)
ARP_SCAN_COLUMNS = "192.0.2.1\ta0:1e:0b:00:00:01\tNine Corporation\t0.067\n192.0.2.9\ta0:1e:0b:00:00:09\t0.018\n"
ARP_WINDOWS = (
    "\r\nSchnittstelle: 192.0.2.254 --- 0x8\r\n"
    "  Internetadresse       Physische Adresse     Typ\r\n"
    "  192.0.2.1             a0-1e-0b-00-00-01     dynamisch \r\n"
    "  192.0.2.9             a0-1e-0b-00-00-09     dynamisch \r\n"
    "  192.0.2.255           ff-ff-ff-ff-ff-ff     statisch  \r\n"
    "  224.0.0.22            01-00-5e-00-00-16     statisch  \r\n"
    "\r\nSchnittstelle: 172.20.0.1 --- 0x16\r\n"
    "  Internetadresse       Physische Adresse     Typ\r\n"
    "  172.20.15.255         ff-ff-ff-ff-ff-ff     statisch  \r\n"
)
ARP_LINUX = (
    "? (192.0.2.5) at <incomplete> on eth0\n"
    "_gateway (192.0.2.1) at a0:1e:0b:00:00:01 [ether] on eth0\n"
    "? (192.0.2.9) at a0:1e:0b:00:00:09 [ether] PERM on eth0\n"
)
ARP_MACOS = (
    "? (192.0.2.1) at a0:1e:b:0:0:1 on en0 ifscope [ethernet]\n"
    "nas.lan (192.0.2.9) at 0:1e:b:a:b:c on en0 ifscope [ethernet]\n"
    "? (192.0.2.5) at (incomplete) on en0 ifscope [ethernet]\n"
    "? (192.0.2.255) at ff:ff:ff:ff:ff:ff on en0 ifscope [ethernet]\n"
    "? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]\n"
)
ARP_N = (
    "Address                  HWtype  HWaddress           Flags Mask            Iface\n"
    "192.0.2.5                        (incomplete)                              eth0\n"
    "192.0.2.1                ether   a0:1e:0b:00:00:01   C                     eth0\n"
    "192.0.2.9                ether   a0:1e:0b:00:00:09   CM                    eth0\n"
    "Entries: 3\tSkipped: 0\tFound: 3\n"
)
ARP_NAMED = ARP_N.replace("192.0.2.1                ether", "_gateway                 ether")
PROC = (
    "IP address       HW type     Flags       HW address            Mask     Device\n"
    "192.0.2.5        0x1         0x0         00:00:00:00:00:00     *        eth0\n"
    "192.0.2.1        0x1         0x2         a0:1e:0b:00:00:01     *        eth0\n"
    "192.0.2.9        0x1         0x6         a0:1e:0b:00:00:09     *        eth0\n"
)
IP_NEIGH = (
    "192.0.2.5 dev eth0 FAILED \n"
    "192.0.2.6 dev eth0  INCOMPLETE\n"
    "192.0.2.1 dev eth0 lladdr a0:1e:0b:00:00:01 router REACHABLE \n"
    "192.0.2.9 dev eth0 lladdr a0:1e:0b:00:00:09 ref 1 used 4/4/4 probes 4 STALE\n"
    "fe80::a21e:bff:fe00:1 dev eth0 lladdr a0:1e:0b:00:00:01 router STALE\n"
    "fd00:10::9 dev eth0 lladdr a0:1e:0b:00:00:09 DELAY\n"
)
IP_J_NEIGH = json.dumps(
    [
        {"dst": "192.0.2.5", "dev": "eth0", "state": ["FAILED"]},
        {"dst": "192.0.2.1", "dev": "eth0", "lladdr": "a0:1e:0b:00:00:01", "router": None, "state": ["REACHABLE"]},
        {"dst": "192.0.2.9", "dev": "eth0", "lladdr": "a0:1e:0b:00:00:09", "used": 4, "state": ["STALE"]},
    ]
)
NEIGHBOURS = [
    {"ifIndex": 8, "IPAddress": "192.0.2.1", "LinkLayerAddress": "A0-1E-0B-00-00-01", "State": 5, "AddressFamily": 2},
    {"ifIndex": 8, "IPAddress": "192.0.2.9", "LinkLayerAddress": "A0-1E-0B-00-00-09", "State": 4, "AddressFamily": 2},
    {"ifIndex": 8, "IPAddress": "192.0.2.5", "LinkLayerAddress": "00-00-00-00-00-00", "State": 0, "AddressFamily": 2},
    {"ifIndex": 8, "IPAddress": "192.0.2.6", "LinkLayerAddress": "", "State": 1, "AddressFamily": 2},
    {"ifIndex": 8, "IPAddress": "192.0.2.255", "LinkLayerAddress": "FF-FF-FF-FF-FF-FF", "State": 6, "AddressFamily": 2},
    {"ifIndex": 8, "IPAddress": "ff02::16", "LinkLayerAddress": "33-33-00-00-00-16", "State": 6, "AddressFamily": 23},
]
_WORDS = ["Unreachable", "Incomplete", "Probe", "Delay", "Stale", "Reachable", "Permanent"]
NET_NEIGHBOR = json.dumps(NEIGHBOURS, indent=4)
NET_NEIGHBOR_WORDS = json.dumps([{**each, "State": _WORDS[int(str(each["State"]))]} for each in NEIGHBOURS])
NET_NEIGHBOR_FULL = json.dumps([{**each, "Caption": None, "CimClass": {"CimClassName": "x"}} for each in NEIGHBOURS])
NET_NEIGHBOR_WRAPPED = json.dumps({"value": NEIGHBOURS, "Count": len(NEIGHBOURS)})
DNSMASQ = (
    "1774990000 92:1e:0b:00:00:77 192.0.2.77 Pixel-8 01:92:1e:0b:00:00:77\n"
    "0 a0:1e:0b:00:00:09 192.0.2.9 nas *\n"
    "1774990000 a0:1e:0b:00:00:02 192.0.2.2 * *\n"
    "1774000000 a0:1e:0b:00:00:03 192.0.2.3 gone *\n"
    "duid 00:01:00:01:2d:00:00:01:a0:1e:0b:00:00:fe\n"
    "1774990000 724993 fd00:10::77 Pixel-8 00:01:00:01:2d:aa:bb:cc:92:1e:0b:00:00:77\n"
)
ISC_LEASES = r"""# This lease file was written by isc-dhcp-4.4.3-P1
authoring-byte-order little-endian;
server-duid "\000\001\000\0012\"6^+*";

lease 192.0.2.77 {
  starts 2 2026/03/31 10:00:00;
  ends 2 2026/03/31 11:00:00;
  binding state free;
  hardware ethernet a0:1e:0b:00:00:05;
}
lease 192.0.2.77 {
  starts 2 2026/03/31 17:00:00;
  ends 3 2026/04/01 05:00:00;
  cltt 2 2026/03/31 17:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 92:1e:0b:00:00:77;
  uid "\001\222\036;}";
  client-hostname "Caf\303\251 \"one\"";
}
lease 192.0.2.78 {
  starts 2 2026/03/31 17:00:00;
  ends 3 2026/04/01 05:00:00;
  binding state abandoned;
}
lease 192.0.2.79 {
  starts 2 2026/03/31 01:00:00;
  ends 2 2026/03/31 02:00:00;
  binding state active;
  hardware ethernet a0:1e:0b:00:00:03;
}
lease 192.0.2.80 {
  ends never;
  cltt epoch 1774976400; # Tue Mar 31 17:00:00 2026
  hardware ethernet a0:1e:0b:00:00:04;
}
host away {
  dynamic;
  deleted;
}
"""
ISC_CONF = """\
option domain-name "lan"; # not a { block
subnet 192.0.2.0 netmask 255.255.255.0 {
  range 192.0.2.100 192.0.2.150;
  group {
    host nas { hardware ethernet A0:1E:0B:00:00:09; fixed-address 192.0.2.9, 192.0.2.10; }
  }
  if option vendor-class-identifier = "x" { option host-name "y"; }
}
host "door" { hardware ethernet a0:1e:0b:00:00:02; fixed-address door.lan; option host-name "front-door"; }
host by-id { host-identifier option dhcp6.client-id 00:01; fixed-address6 fd00:10::2; }
"""
KEA = (
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
    "192.0.2.77,a0:1e:0b:00:00:03,,43200,1774990000,1,0,0,other,0,,0\n"
    "192.0.2.77,92:1e:0b:00:00:77,01:92,43200,1774990000,1,0,0,pixel-8.lan.,0,,0\n"
    '192.0.2.9,a0:1e:0b:00:00:09,,4294967295,4294967295,1,0,0,nas&#x2c 9,0,{ "a": 1 },0\n'
    "192.0.2.10,a0:1e:0b:00:00:0a,,43200,1774990000,1,0,0,x,0,,0\n"
    "192.0.2.10,a0:1e:0b:00:00:0a,,0,1774980000,1,0,0,x,0,,0\n"
    "192.0.2.11,,,43200,1774990000,1,0,0,,1,,0\n"
    "192.0.2.12,a0:1e:0b:00:00:0c,,3600,1774900000,1,0,0,,0,,0\n"
)
KEA6 = (
    "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,"
    "hwaddr,state,user_context,hwtype,hwaddr_source\n"
    "fd00:10::9,00:01:00:01,43200,1774990000,1,4000,0,1,128,0,0,nas,a0:1e:0b:00:00:09,0,,1,2\n"
    "fd00:20::,00:01:00:01,43200,1774990000,1,4000,2,1,64,0,0,,,0,,,\n"
)
KEA_CONF = """\
// the DHCP server, \\ and "its" reservations
{ # one
  "Dhcp4": {
    "option-data": <?include "/etc/kea/options.json"?>,
    /* two
       lines "of it /*/
    "reservations": [{"hw-address": "a0:1e:0b:00:00:02", "hostname": "door // no comment \\" ,]"}],
    "shared-networks": [{"subnet4": [{"subnet": "192.0.2.0/24", "reservations": [
      {"hw-address": "A0:1E:0B:00:00:09", "ip-address": "192.0.2.9", "hostname": "nas.lan."},
      {"client-id": "01:02", "ip-address": "192.0.2.10"}, {"client-id": "01:03", "hostname": "x"},
    ]}]}],
  }
}
"""
STA = {
    "meta": {"rc": "ok"},
    "data": [
        {
            "mac": "a0:1e:0b:00:00:01",
            "ip": "192.0.2.1",
            "hostname": "plug",
            "name": "Lamp plug",
            "oui": "Nine Corporation",
            "is_wired": False,
            "ap_mac": "a0:1e:0b:00:00:f1",
            "use_fixedip": True,
            "fixed_ip": "192.0.2.1",
            "last_seen": 1774976400,
        },
        {
            "mac": "a0:1e:0b:00:00:09",
            "ip": "192.0.2.9",
            "is_wired": True,
            "sw_mac": "a0:1e:0b:00:00:f2",
            "sw_port": 7,
            "use_fixedip": True,
            "fixed_ip": "192.0.2.10",
            "last_seen": 1774976400,
        },
        {"mac": "a0:1e:0b:00:00:05", "hostname": "", "oui": "", "is_wired": True, "last_seen": 1700000000},
    ],
}
UNIFI = json.dumps(STA)
UNIFI_USERS = json.dumps({"meta": {"rc": "ok"}, "data": [{**STA["data"][2], "last_ip": "192.0.2.5"}]})  # type: ignore[index] # a list
UNIFI_NEW = json.dumps(
    {
        "offset": 0,
        "limit": 2,
        "count": 2,
        "totalCount": 5,
        "data": [
            {"type": "WIRED", "name": "nas", "ipAddress": "192.0.2.9", "macAddress": "a0:1e:0b:00:00:09"},
            {"type": "VPN", "name": "phone", "ipAddress": "192.0.2.200", "connectedAt": "2026-03-31T08:00:00Z"},
        ],
    }
)
UNIFI_ERROR = json.dumps({"meta": {"rc": "error", "msg": "api.err.LoginRequired"}, "data": []})
OURS = json.dumps(
    {
        "format": "invgit-scan/1",
        "method": "powershell",
        "networks": [{"cidr": "192.0.2.0/24", "at": "2026-03-31T18:00:00Z", "method": "powershell"}],
        "hosts": [{"ip": "192.0.2.9", "mac": "A0-1E-0B-00-00-09", "name": "NAS \U0001f4be"}],
    }
)
NMAP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" args="nmap -sn -oX - 192.0.2.0/24" start="1774976400" version="7.94">
<host><status state="up" reason="arp-response"/><address addr="192.0.2.9" addrtype="ipv4"/>
<address addr="A0:1E:0B:00:00:09" addrtype="mac" vendor="Nine"/><hostnames/></host>
<runstats><finished time="1774976402" exit="success"/><hosts up="1" down="255" total="256"/></runstats>
</nmaprun>
"""
FILES = {
    "invgit": [OURS],
    "nmap": [NMAP],
    "arp-scan": [ARP_SCAN, ARP_SCAN_COLUMNS],
    "arp-windows": [ARP_WINDOWS],
    "arp": [ARP_LINUX, ARP_MACOS],
    "arp-n": [ARP_N],
    "proc-net-arp": [PROC],
    "ip-neigh": [IP_NEIGH, IP_J_NEIGH],
    "net-neighbor": [NET_NEIGHBOR, NET_NEIGHBOR_WORDS, NET_NEIGHBOR_FULL, NET_NEIGHBOR_WRAPPED],
    "dnsmasq": [DNSMASQ],
    "isc-dhcpd": [ISC_LEASES, ISC_CONF],
    "kea": [KEA, KEA6],
    "kea-conf": [KEA_CONF],
    "unifi": [UNIFI, UNIFI_USERS, UNIFI_NEW],
}
"""Every form there is, and files that have it."""
