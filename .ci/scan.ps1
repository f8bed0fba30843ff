#Requires -Version 5.1
<#
.SYNOPSIS
Scans this machine's own loopback with Scan-Network.ps1, in every way that it is called, and reads what it has written.

.DESCRIPTION
NEVER EXECUTED: no Windows has run it yet. It is for a machine that is thrown away: a runner of GitHub. Nobody else is
asked anything: 127.0.0.0/8 is the machine itself. The Python on the PATH has to have invgit.

.PARAMETER Folder
Where the scans are left.
#>
[CmdletBinding()]
param([Parameter(Mandatory = $true)] [string] $Folder)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$script = Join-Path (Split-Path -Parent $PSScriptRoot) 'scripts\Scan-Network.ps1'
$shell = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
$null = New-Item -ItemType Directory -Path $Folder -Force
$here = (Resolve-Path -LiteralPath $Folder).ProviderPath
$words = @('-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'RemoteSigned', '-File', $script)

# As invgit calls it; what is wrong with its words is no error of this script
function Invoke-Scan([string[]] $Arguments) {
    $ErrorActionPreference = 'Continue'
    & $shell @words @Arguments 2>&1 | ForEach-Object { "$_" }
}

& $script -Network 127.0.0.0/30 -OutFile (Join-Path $here 'one.json') -TimeoutMs 500
Invoke-Scan @('-Network', '127.0.0.0/30,127.0.0.8/31', '-Quick', '-NoNames', '-OutFile', (Join-Path $here 'two.json'))
if ($LASTEXITCODE -ne 0) { throw "it ended with $LASTEXITCODE" }
$text = @(Invoke-Scan @('-Network', '127.0.0.1/32', '-NoNames')) -join "`n"
[IO.File]::WriteAllText((Join-Path $here 'out.json'), $text)

$none = Join-Path $here 'none.json'
foreach ($wrong in '127.0.0.0/19', '127.0.0.0/8', '127.0.0.1/24', '127.0.0.256/32', '127.0.0.1', 'fd00::/64', '') {
    $said = @(Invoke-Scan @('-Network', "127.0.0.1/32,$wrong", '-NoNames', '-OutFile', $none)) -join ' '
    if ($LASTEXITCODE -eq 0 -or (Test-Path -LiteralPath $none)) { throw "'$wrong' was scanned: $said" }
    Write-Output "'$wrong' was refused"
}

# And as a person calls it, who describes the loopback as a network
$project = Join-Path $env:TEMP 'invgit scan project'
$null = New-Item -ItemType Directory -Path "$project\inventory\oak\home" -Force
$files = @{
    'invgit.yaml'                  = "format: 1`n"
    'inventory\oak\oak.yaml'       = "organization: {name: Oak}`n"
    'inventory\oak\home\site.yaml' = "site: {name: Home}`nnetworks: {self: {name: Loopback, cidr: 127.0.0.0/30}}`n"
}
foreach ($name in $files.Keys) { [IO.File]::WriteAllText((Join-Path $project $name), $files[$name]) }
& python -m invgit -C $project network scan --method powershell --no-import --out (Join-Path $here 'invgit.json')
if ($LASTEXITCODE -ne 0) { throw "invgit network scan ended with $LASTEXITCODE" }

# No double quotes: 5.1 does not hand them on
$check = @'
import pathlib, sys
from invgit.sources.scan.document import read
expected = {'one.json': (2, ['127.0.0.0/30']), 'two.json': (4, ['127.0.0.0/30', '127.0.0.8/31']),
            'out.json': (1, ['127.0.0.1/32']), 'invgit.json': (2, ['127.0.0.0/30'])}
files = sorted(pathlib.Path(sys.argv[1]).iterdir())
assert [each.name for each in files] == sorted(expected), files
for file in files:
    data = file.read_bytes()
    assert data.isascii() and not data.startswith(b'\xef'), data
    scan = read(data, file.name)
    print(file.name, scan)
    assert (len(scan.hosts), [each.cidr for each in scan.networks]) == expected[file.name]
    assert [each.ip for each in scan.hosts if each.scanner] == ['127.0.0.1']
    assert not any(each.macs or each.complete for each in scan.networks)
    assert all(each.state == 'up' and not each.mac for each in scan.hosts)
    assert not scan.privileged and scan.method == 'powershell'
'@
& python -c $check $here
if ($LASTEXITCODE -ne 0) { throw 'what was written is no scan' }
