"""What editors are told: which schema counts for which file of an inventory.

VS Code (its YAML extension is yaml-language-server) reads `.vscode/settings.json`, JetBrains' editors read
`.idea/jsonSchemas.xml`. For a file that begins with a schema of its own, that one counts instead; so ours do not.
"""

import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from invgit import paths
from invgit.config import FILE, INVENTORY, Settings
from invgit.errors import InvgitError, Refused
from invgit.model.live import CATALOG, organization_file, site_file
from invgit.pipeline.compiled import Compiled
from invgit.pipeline.files import put
from invgit.pipeline.schemas import JETBRAINS, LIVE, VSCODE

_SCHEMAS = "yaml.schemas"
_YAML = "*.{yaml,yml}"


def vscode_settings(folders: Iterable[str]) -> dict[str, Any]:
    """What `.vscode/settings.json` says, for the folders of organizations (`name`) and sites (`organization/name`)."""
    yaml = {"editor.tabSize": 2, "editor.insertSpaces": True, "editor.formatOnSave": False}
    return {_SCHEMAS: _globs(folders), "yaml.format.enable": False, "files.eol": "\n", "[yaml]": yaml}


def _globs(folders: Iterable[str]) -> dict[str, list[str]]:
    """The files that each schema is for. A folder that none names has that of the form."""
    known = _all(folders)
    sites, organizations = [each for each in known if "/" in each], [each for each in known if "/" not in each]
    found = {
        f"{LIVE}/config.schema.json": [FILE],
        f"{LIVE}/{CATALOG}": [f"{INVENTORY}/catalog/**/{_YAML}"],
    }
    for each in organizations:
        found[f"{LIVE}/{organization_file(each)}"] = [f"{INVENTORY}/{each}/{_YAML}"]
    for each in sites:
        found[f"{LIVE}/{site_file(each)}"] = [f"{INVENTORY}/{each}/**/{_YAML}"]
    others = [f"!{INVENTORY}/{each}/**" for each in ("catalog", *sites)]
    found[f"{LIVE}/organization.schema.json"] = [
        f"{INVENTORY}/*/{_YAML}",
        *(f"!{INVENTORY}/{each}/*" for each in ("catalog", *organizations)),
    ]
    found[f"{LIVE}/inventory.schema.json"] = [f"{INVENTORY}/*/*/**/{_YAML}", *others]
    return found


def _all(folders: Iterable[str]) -> list[str]:
    """The folders, and those they lie in."""
    return sorted({*folders, *(folder.partition("/")[0] for folder in folders)} - {""})


def vscode_text(settings: dict[str, Any]) -> str:
    """The bytes of a file of VS Code's settings."""
    return json.dumps(settings, indent=2, ensure_ascii=False) + "\n"


def jetbrains_text(folders: Iterable[str], files: Collection[str]) -> str:
    """What `.idea/jsonSchemas.xml` says; `files` are those of the organizations themselves, below the inventory."""
    found = [("settings", "config.schema.json", [_item(FILE)]), ("catalog", CATALOG, [_item("catalog", folder=True)])]
    for each in _all(folders):
        if "/" in each:
            found.append((each, site_file(each), [_item(each, folder=True)]))
        else:
            own = sorted(file for file in files if file.rpartition("/")[0] == each)
            found.append((each, organization_file(each), [_item(f"{INVENTORY}/{file}") for file in own]))
    entries = "".join(_entry(f"invgit {name}", f"{LIVE}/{schema}", items) for name, schema, items in found)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<project version="4">\n'
        '  <component name="JsonSchemaMappingsProjectConfiguration">\n    <state>\n      <map>\n'
        f"{entries}      </map>\n    </state>\n  </component>\n</project>\n"
    )


def _item(path: str, *, folder: bool = False) -> str:
    option = '                  <option name="{}" value={} />\n'
    if not folder:
        return option.format("path", quoteattr(path))
    kind = option.format("mappingKind", '"Directory"')
    return option.format("directory", '"true"') + option.format("path", quoteattr(f"{INVENTORY}/{path}")) + kind


def _entry(name: str, schema: str, items: list[str]) -> str:
    option = '              <option name="{}" value={} />\n'
    listed = "".join(f"                <Item>\n{item}                </Item>\n" for item in items)
    return (
        f"        <entry key={quoteattr(name)}>\n          <value>\n            <SchemaInfo>\n"
        f"{option.format('name', quoteattr(name))}{option.format('relativePathToSchema', quoteattr(schema))}"
        f"{option.format('schemaVersion', quoteattr('JSON Schema version 7'))}"
        f'              <option name="patterns">\n                <list>\n{listed}                </list>\n'
        "              </option>\n            </SchemaInfo>\n          </value>\n        </entry>\n"
    )


def tell_editors(settings: Settings, compiled: Compiled) -> list[Path]:
    """Write into the editors' settings which schema is for which folder. The files that had to be changed.

    All else that stands in them stays. Raises Refused for a file that is not as an editor or we write it.
    """
    vscode, jetbrains = settings.root / VSCODE, settings.root / JETBRAINS
    if link := next((each for each in (vscode.parent, jetbrains.parent) if each.is_symlink()), None):
        raise Refused(f"{link.name} is a link: what is written there would land elsewhere")
    wanted = {
        vscode: _merged(vscode, compiled.folders),
        jetbrains: _mapped(jetbrains, compiled.folders, organization_files(settings.inventory)),
    }
    for beside in sorted((paths.TEMPLATES / "init/.vscode").iterdir()):  # tasks and the extension: once, then anybody's
        if not os.path.lexists(path := vscode.with_name(beside.name)):
            wanted[path] = beside.read_text(encoding="utf-8")
    try:
        return [path for path, text in wanted.items() if put(path, text)]
    except OSError as error:
        raise InvgitError(f"the editors' settings cannot be written: {error.strerror}") from None


def untold(settings: Settings, compiled: Compiled) -> bool:
    """Whether VS Code has settings here, and they lack a folder."""
    vscode = settings.root / VSCODE
    try:
        return vscode.is_file() and _merged(vscode, compiled.folders) != vscode.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, Refused):
        return False


def organization_files(inventory: Path) -> list[str]:
    """The YAML files that stand in folders of organizations, `organization/file` below the inventory."""
    found = [path for end in ("yaml", "yml") for path in inventory.glob(f"*/*.{end}")]
    return sorted(path.relative_to(inventory).as_posix() for path in found)


def _merged(path: Path, folders: Iterable[str]) -> str:
    """VS Code's settings as they are, with our schemas in the place of those that were ours."""
    if not path.is_file():
        return vscode_text(vscode_settings(folders))
    try:
        text = path.read_text(encoding="utf-8")
        said = json.loads(text)
        others = {name: globs for name, globs in said.get(_SCHEMAS, {}).items() if not name.startswith(f"{LIVE}/")}
    except (ValueError, AttributeError, OSError):
        help = f"comments in it? then write this there by hand:\n{json.dumps({_SCHEMAS: _globs(folders)}, indent=2)}"
        raise Refused(f"{VSCODE} is not plain JSON, and nothing was written", help=help) from None
    schemas = {**others, **_globs(folders)}
    return text if said.get(_SCHEMAS) == schemas else vscode_text({**said, _SCHEMAS: schemas})


def _mapped(path: Path, folders: Iterable[str], files: Collection[str]) -> str:
    text = jetbrains_text(folders, files)
    if path.is_file():
        said = path.read_text(encoding="utf-8", errors="replace")
        if said.count("relativePathToSchema") != said.count(f'relativePathToSchema" value="{LIVE}/'):
            help = "delete it, or name the schemas in the settings of your editor (JSON Schema Mappings)"
            raise Refused(f"{JETBRAINS} names other schemas too, and nothing was written", help=help)
    return text
