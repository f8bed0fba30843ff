#Requires -Version 5.1
<#
.SYNOPSIS
Holds the scripts for Windows to a real PowerShell, registers a task, runs it, reads its log, and removes it.

.DESCRIPTION
NEVER EXECUTED: no Windows has run it yet. It is for a machine that is thrown away: a runner of GitHub.
invgit has to be on the PATH.
#>
[CmdletBinding()]
param()

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$root = Split-Path -Parent $PSScriptRoot
$register = Join-Path $root 'scripts\Register-InvgitTasks.ps1'
$logs = Join-Path $env:TEMP 'invgit task logs'
$name = 'ci'

foreach ($path in @(Get-ChildItem -Path "$root\scripts\*.ps1", "$root\.ci\*.ps1")) {
    $errors = $null
    $null = [Management.Automation.Language.Parser]::ParseFile($path.FullName, [ref] $null, [ref] $errors)
    if (@($errors).Count -gt 0) { throw "$($path.Name): $(@($errors)[0])" }
    if (@(Get-Module -Name PSScriptAnalyzer -ListAvailable).Count -gt 0) {
        $found = @(Invoke-ScriptAnalyzer -Path $path.FullName -Severity 'Error')
        if ($found.Count -gt 0) { throw "$($path.Name): line $($found[0].Line): $($found[0].Message)" }
    }
}

# A secret that others may read is refused, and nothing is registered
$open = Join-Path $env:TEMP 'invgit open secret'
$null = New-Item -ItemType File -Path $open -Value 'canary' -Force
$null = icacls $open /grant '*S-1-1-0:(R)'
$refused = ''
$common = @{ Project = $root; Name = $name; LogFolder = $logs }
try { & $register @common -SecretFile $open } catch { $refused = "$_" }
if ($refused -notlike '*icacls*' -or $refused -like '*canary*') { throw "open, and not refused: $refused" }

& $register @common -WhatIf
if (@(& $register -Status -Name $name).Count -ne 0) { throw '-WhatIf has registered a task' }

foreach ($time in 1, 2) { & $register @common -Job sync, notify, scan -Minutes 30 }
$tasks = @(& $register -Status -Name $name)
if ($tasks.Count -ne 3) { throw "registered twice, there are $($tasks.Count) tasks" }

# What it ends with is no matter here: the example has no HomeSeer. That it ran, and said so, is
Start-ScheduledTask -TaskPath '\invgit\' -TaskName "$name-sync"
$log = Join-Path $logs "$name-sync.log"
for ($second = 0; $second -lt 120; $second++) {
    if ((Test-Path -LiteralPath $log) -and (Get-Content -LiteralPath $log -Raw) -match 'exit code (\d+)') { break }
    Start-Sleep -Seconds 1
}
Get-Content -LiteralPath $log
& $register -Status
if ((Get-Content -LiteralPath $log -Raw) -notmatch 'exit code \d+') { throw 'the task did not come to its end' }

& $register -Unregister -Name $name
if (@(& $register -Status -Name $name).Count -ne 0) { throw '-Unregister has left a task' }
