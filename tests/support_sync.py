"""A project with HomeSeer controllers to ask, and what of it must not change."""

import shutil
from pathlib import Path
from typing import Any

from fakes.homeseer.server import HomeSeer
from support_database import Database
from support_embedded import REPOSITORY
from support_project import Project, Result

HOUSE = "home/house"
_OBSERVED = {"status", "last_seen", "last_status_change"}
_SOURCES = ("observations", "looks", "sync_history", "audit_log")


class Synced(Project):
    """A project whose sites have controllers: an organization `home`, its sites, and the rules of the catalog."""

    def __init__(self, root: Path, database: Database, **sites: HomeSeer) -> None:
        super().__init__(root, database.applier)
        self.database = database
        self.settings(**sites)
        catalog = root / "inventory" / "catalog"
        catalog.mkdir()
        for name in ("categories", "homeseer"):
            shutil.copy(REPOSITORY / "inventory" / "catalog" / f"{name}.yaml", catalog)
        self.put("home/organization.yaml", "organization: {name: Home}\n")
        for site in sites:
            self.put(f"home/{site}/site.yaml", f"site: {{name: {site.title()}}}\n")

    def settings(self, missing_after: int = 1, more: str = "", **sites: HomeSeer) -> None:
        """Name controllers in invgit.yaml."""
        lines = ["database: {env: PROJECT_DATABASE}", "sources:", "  homeseer:"]
        for site, fake in sites.items():
            login = f", user: {fake.user}, password: {{env: HOMESEER_PASSWORD}}" if fake.user else ""
            lines.append(f"    home/{site}: {{url: {fake.url}, missing_after: {missing_after}{login}{more}}}")
        self.root.joinpath("invgit.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def put(self, path: str, text: str) -> None:
        """Write one file of the inventory."""
        target = self.root / "inventory" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")

    def sync(self, *options: str, **environment: str) -> Result:
        """Ask the controllers, which has to succeed."""
        result = self.run("sync", "homeseer", *options, **environment)
        assert result.code == 0, result
        return result

    def proposals(self) -> list[tuple[str, str]]:
        """What is proposed: operation and address."""
        listed = self.run("changes", "list", "-o", "json")
        assert listed.code == 0, listed
        return sorted((each["op"], each["address"]) for each in listed.json)

    def files(self) -> dict[str, bytes]:
        """Everything in the project's folder."""
        found = (each for each in self.root.rglob("*") if each.is_file())
        return {each.relative_to(self.root).as_posix(): each.read_bytes() for each in sorted(found)}

    def declared(self) -> dict[str, list[Any]]:
        """Every row of every table, without what sources own."""
        with self.database.connect() as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            return {
                table: sorted(
                    ({key: value for key, value in row.items() if key not in _OBSERVED} for (row,) in
                     connection.execute(f'SELECT to_jsonb(t) FROM "{table}" t').fetchall()),
                    key=str,
                )
                for (table,) in names.fetchall()
                if table not in _SOURCES
            }  # fmt: skip
