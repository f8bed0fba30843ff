"""PowerShell held to rules without a PowerShell: a grammar, what the grammar lets through, and names of parameters.

A grammar cannot know that a cmdlet exists, or what its parameters are called; `CMDLETS` lists those that our scripts
may use, as Microsoft's reference has them for Windows PowerShell 5.1 and PowerShell 7 alike.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_pwsh

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_pwsh.language()))

COMMON = {"erroraction", "whatif", "confirm", "verbose"}
CMDLETS = {
    name.lower(): {each.lower() for each in parameters.split()}
    for name, parameters in {
        "ConvertTo-Json": "InputObject Depth Compress",
        "ForEach-Object": "Process InputObject",
        "icacls": "",  # a program: it has no parameters of PowerShell
        "Get-Acl": "LiteralPath Path",
        "Get-ChildItem": "LiteralPath Path Filter Recurse File",
        "Get-Command": "Name CommandType All",
        "Get-Content": "LiteralPath Raw Encoding",
        "Get-Credential": "UserName Message",
        "Get-Date": "Format",
        "Get-Item": "LiteralPath Path Force",
        "Get-Location": "",
        "Get-Module": "Name ListAvailable",
        "Get-NetNeighbor": "IPAddress InterfaceIndex InterfaceAlias LinkLayerAddress State AddressFamily"
        " AssociatedIPInterface PolicyStore IncludeAllCompartments CimSession ThrottleLimit AsJob",
        "Get-ScheduledTask": "TaskName TaskPath CimSession AsJob ThrottleLimit",
        "Get-ScheduledTaskInfo": "TaskName TaskPath InputObject CimSession AsJob ThrottleLimit",
        "Invoke-ScriptAnalyzer": "Path Severity ExcludeRule Recurse",
        "Join-Path": "Path ChildPath",
        "Move-Item": "LiteralPath Path Destination Force",
        "New-Item": "ItemType Path Name Value Force",
        "New-Object": "TypeName ArgumentList",
        "New-ScheduledTask": "Action Trigger Settings Principal Description CimSession AsJob ThrottleLimit",
        "New-ScheduledTaskAction": "Execute Argument WorkingDirectory Id CimSession AsJob ThrottleLimit",
        "New-ScheduledTaskPrincipal": "UserId GroupId LogonType RunLevel ProcessTokenSidType RequiredPrivilege Id"
        " CimSession AsJob ThrottleLimit",
        "New-ScheduledTaskSettingsSet": "DisallowDemandStart DisallowHardTerminate Compatibility DeleteExpiredTaskAfter"
        " AllowStartIfOnBatteries Disable MaintenanceExclusive Hidden RunOnlyIfIdle IdleWaitTimeout NetworkId"
        " NetworkName DisallowStartOnRemoteAppSession MaintenancePeriod MaintenanceDeadline StartWhenAvailable"
        " DontStopIfGoingOnBatteries WakeToRun IdleDuration RestartOnIdle DontStopOnIdleEnd ExecutionTimeLimit"
        " MultipleInstances Priority RestartCount RestartInterval RunOnlyIfNetworkAvailable CimSession ThrottleLimit",
        "New-ScheduledTaskTrigger": "Once Daily Weekly AtLogOn AtStartup At RandomDelay RepetitionInterval"
        " RepetitionDuration DaysInterval DaysOfWeek WeeksInterval User CimSession AsJob ThrottleLimit",
        "New-TimeSpan": "Days Hours Minutes Seconds",
        "Register-ScheduledTask": "TaskName TaskPath InputObject Action Trigger Settings Principal Description Xml"
        " User Password RunLevel Force CimSession AsJob ThrottleLimit",
        "python": "",  # a program
        "Remove-Item": "LiteralPath Path Force Recurse",
        "Resolve-DnsName": "Name Type Server DnsOnly CacheOnly DnssecOk DnssecCd NoHostsFile LlmnrNetbiosOnly"
        " LlmnrFallback LlmnrOnly NetbiosFallback NoIdn NoRecursion QuickTimeout TcpOnly",
        "Resolve-Path": "LiteralPath Path",
        "Select-Object": "First Last Property",
        "Set-Location": "LiteralPath Path",
        "Set-StrictMode": "Version Off",
        "Sort-Object": "Property Unique Descending",
        "Split-Path": "Path LiteralPath Leaf Parent",
        "Start-ScheduledTask": "TaskName TaskPath InputObject CimSession AsJob ThrottleLimit",
        "Start-Sleep": "Seconds Milliseconds",
        "Test-Path": "LiteralPath Path PathType",
        "Unregister-ScheduledTask": "TaskName TaskPath InputObject CimSession AsJob ThrottleLimit",
        "Where-Object": "FilterScript InputObject",
        "Write-Output": "InputObject NoEnumerate",
        "Write-Progress": "Activity Status Id PercentComplete SecondsRemaining CurrentOperation ParentId Completed"
        " SourceId",
    }.items()
}

ASSIGNABLE = {"variable", "member_access"}
ONLY_7 = {
    "ternary_expression": "?",
    "ternary_argument_expression": "?",
    "null_coalesce_expression": "??",
    "null_coalesce_argument_expression": "??",
    "pipeline_chain_tail": "&& or ||",
}


def faults(text: str) -> list[str]:
    """All that is wrong with a script for Windows PowerShell 5.1, as `line: what`."""
    tree = PARSER.parse(text.encode())
    found = {(node.start_point[0] + 1, what) for node in nodes(tree.root_node) for what in _of(node)}
    found |= _names(tree.root_node)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.isascii():
            found.add((number, "not ASCII: 5.1 reads a file without a mark as ANSI"))
    return [f"{line}: {what}" for line, what in sorted(found)]


def nodes(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def _of(node: tree_sitter.Node) -> Iterator[str]:
    """What is wrong with one node: what the grammar says, and where it is more lenient than PowerShell."""
    if node.is_error or node.is_missing:
        yield f"{node.type} missing" if node.is_missing else "syntax"
    kinds = {child.type for child in node.children}
    if node.type == "try_statement" and not kinds & {"catch_clauses", "finally_clause"}:
        yield "try without catch or finally"
    if node.type in {"expandable_string_literal", "expandable_here_string_literal"}:
        for name in re.findall(r"(?<!`)\$([A-Za-z_]\w*):(?![\w:{])", said(node)):
            yield f"${name}: is no variable; write ${{{name}}}:"
    if node.type in ONLY_7 and (node.type == "pipeline_chain_tail" or kinds & {"?", "??"}):
        yield f"{ONLY_7[node.type]} is for PowerShell 7 only"
    if node.type == "assignment_expression" and not {each.type for each in nodes(node.children[0])} & ASSIGNABLE:
        yield "assigned to what is no variable"


def _names(root: tree_sitter.Node) -> set[tuple[int, str]]:
    """Commands that nobody knows, parameters that they have not; what is splatted counts."""
    known = dict(CMDLETS)
    tables: dict[str, set[str]] = {}
    for node in nodes(root):
        if node.type == "function_statement":
            name = next(said(child) for child in node.children if child.type == "function_name")
            heads = [child for child in node.children if child.type == "function_parameter_declaration"]
            known[name.lower()] = {
                said(each).lstrip("$").lower() for head in heads for each in nodes(head) if each.type == "variable"
            }
        elif node.type == "assignment_expression":
            keys = {said(each).lower().strip("'\"") for each in nodes(node) if each.type == "key_expression"}
            tables.setdefault(said(node.children[0]).lstrip("$").lower(), set()).update(keys)
    found = set()
    for node in nodes(root):
        name = node.child_by_field_name("command_name") if node.type == "command" else None
        if name is None or name.type != "command_name":
            continue
        line, called = node.start_point[0] + 1, said(name)
        if called.lower() not in known:
            found.add((line, f"nobody knows {called}"))
            continue
        for each in _given(node, tables) - known[called.lower()] - COMMON:
            found.add((line, f"{called} has no -{each}"))
    return found


def _given(command: tree_sitter.Node, tables: dict[str, set[str]]) -> set[str]:
    """Names of the parameters of one command, those of splatted tables too, but not of commands within it."""
    given: set[str] = set()
    elements = command.child_by_field_name("command_elements")
    for node in elements.children if elements else ():
        if node.type == "command_parameter":
            given.add(said(node).lstrip("-").partition(":")[0].lower())
        elif said(node).startswith("@") and said(node)[1:].isalnum():
            given |= tables.get(said(node)[1:].lower(), {"?"})
    return given


def said(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode()
