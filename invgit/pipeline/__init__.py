"""The program on one page: the only place where stages meet, and where files are written.

    inventory/**.yaml ──read──▶ Inventory ──check──▶ diagnostics
                                   │
    PostgreSQL ────────state──▶ Inventory ──plan──▶ Plan ──apply──▶ PostgreSQL and its history

What needs PostgreSQL imports it when it is called: a look at files must not wait for a driver.
"""

from invgit.pipeline.adopted import Adopted, adopt
from invgit.pipeline.applied import apply, apply_plan, seed, undo
from invgit.pipeline.asked import Asked, asked
from invgit.pipeline.authored import Authored, author
from invgit.pipeline.compiled import Compiled, compile_files, compile_inventory, now, read_inventory, rules, written
from invgit.pipeline.connected import Say, database
from invgit.pipeline.edited import Edited, write
from invgit.pipeline.formatted import Formatted, format_files
from invgit.pipeline.mended import Mended, mend
from invgit.pipeline.notified import Notified, notify, notify_afterwards, send_test
from invgit.pipeline.planned import drift, plan, read_plan, rehearse, require_budget, save_plan, stored, write_plan
from invgit.pipeline.schemas import refresh_live, write_live, write_schemas

__all__ = [
    "Adopted",
    "Asked",
    "Authored",
    "Compiled",
    "Edited",
    "Formatted",
    "Mended",
    "Notified",
    "Say",
    "adopt",
    "apply",
    "apply_plan",
    "asked",
    "author",
    "compile_files",
    "compile_inventory",
    "database",
    "drift",
    "format_files",
    "mend",
    "notify",
    "notify_afterwards",
    "now",
    "plan",
    "read_inventory",
    "read_plan",
    "refresh_live",
    "rehearse",
    "require_budget",
    "rules",
    "save_plan",
    "seed",
    "send_test",
    "stored",
    "undo",
    "write",
    "write_live",
    "write_plan",
    "write_schemas",
    "written",
]
