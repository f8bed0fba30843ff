"""A HomeSeer to try things with: `cd tests && python -m fakes.homeseer --port 8099`; Ctrl-C ends it."""

from argparse import ArgumentParser
from contextlib import suppress
from sys import stdout
from time import sleep

from fakes.homeseer.house import house
from fakes.homeseer.server import BODIES, ODD_WAYS, HomeSeer

parser = ArgumentParser(prog="python -m fakes.homeseer", description=__doc__)
parser.add_argument("--port", type=int, default=0, help="without it, any that is free")
parser.add_argument("--devices", type=int, default=320, help="how many devices, features not counted")
parser.add_argument("--hs3", action="store_true", help="answer as HS3 does")
parser.add_argument("--plain", action="store_true", help="nothing odd in the house")
parser.add_argument("--seed", type=int, default=5, help="another number, another house")
parser.add_argument("--user", default="", help="who may log in; without it everybody may look")
parser.add_argument("--password", default="", help="for --user")
parser.add_argument("--odd", default="", choices=["", *BODIES, *ODD_WAYS], help="do this in place of answering")

if __name__ == "__main__":
    asked = parser.parse_args()
    made = house(asked.devices, hs3=asked.hs3, seed=asked.seed, odd=not asked.plain)
    with HomeSeer(made, asked.user, asked.password, port=asked.port) as fake:
        fake.odd = asked.odd
        stdout.write(f"{fake.url}/JSON?request=getstatus: {asked.devices} devices, {len(made.devices)} refs\n")
        stdout.flush()
        with suppress(KeyboardInterrupt):
            while True:
                sleep(3600)
