#Requires -Version 5.1
<#
.SYNOPSIS
Tasks of the Windows Task Scheduler that run invgit for one project.

.DESCRIPTION
NEVER EXECUTED: written from documentation. Its syntax and the names of cmdlets and parameters were checked; no Windows
has run it. Begin with -WhatIf.

    sync     every -Minutes minutes: invgit sync homeseer
    notify   once an hour: invgit notify
    scan     once a day, at -At: invgit network scan

A task writes the database, change files and its log. The inventory changes when a person accepts, and nothing is
pushed. -Pr makes `sync` push its branch and keep a pull request open. That takes credentials of the account, which a
task has with a stored password (-LogonType Password), or while the account is logged on (-LogonType Interactive).

No secret is on a command line or in the definition of a task: invgit.yaml names files, {file: PATH}, that hold them.
With -SecretFile such a file is refused where others may read or change it.

Run again, it leaves the tasks as they are described this time.

.PARAMETER Project
Folder with invgit.yaml.
.PARAMETER Name
What the tasks are called: \invgit\NAME-sync. Made of the folder's name, unless said.
.PARAMETER Invgit
The program. That of the project's .venv, else the one on the PATH.
.PARAMETER Job
Which tasks. `notify` is for an invgit.yaml that says whom to tell; `scan` for an invgit that has `invgit network scan`.
.PARAMETER LogonType
S4U: whether the account is logged on or not; no password is stored, no credentials for the network are there. Needs an
elevated prompt to register. Password: the same with a password, which is asked for. Interactive: while logged on only.
.PARAMETER SecretFile
Files that invgit.yaml names for secrets.
.PARAMETER Status
Shows the tasks of all projects, or of -Name.
.PARAMETER Unregister
Removes the tasks of -Name. Logs stay.

.EXAMPLE
.\Register-InvgitTasks.ps1 -Project C:\Inventory -SecretFile C:\Inventory-secrets\homeseer -WhatIf
.EXAMPLE
.\Register-InvgitTasks.ps1 -Status
.EXAMPLE
.\Register-InvgitTasks.ps1 -Unregister -Name Inventory
#>
[CmdletBinding(SupportsShouldProcess = $true, DefaultParameterSetName = 'Register')]
param(
    [Parameter(ParameterSetName = 'Register')]
    [string] $Project = (Get-Location).ProviderPath,

    [Parameter(ParameterSetName = 'Register')]
    [Parameter(ParameterSetName = 'Unregister', Mandatory = $true)]
    [Parameter(ParameterSetName = 'Status')]
    [ValidatePattern('^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$')]
    [string] $Name,

    [Parameter(ParameterSetName = 'Register')]
    [string] $Invgit,

    [Parameter(ParameterSetName = 'Register')]
    [ValidateSet('sync', 'notify', 'scan')]
    [string[]] $Job = @('sync'),

    [Parameter(ParameterSetName = 'Register')]
    [ValidateRange(1, 1440)]
    [int] $Minutes = 15,

    [Parameter(ParameterSetName = 'Register')]
    [datetime] $At = '03:10',

    [Parameter(ParameterSetName = 'Register')]
    [ValidateRange(1, 1440)]
    [int] $LimitMinutes = 10,

    [Parameter(ParameterSetName = 'Register')]
    [ValidateSet('S4U', 'Password', 'Interactive')]
    [string] $LogonType = 'S4U',

    [Parameter(ParameterSetName = 'Register')]
    [string] $User = [Security.Principal.WindowsIdentity]::GetCurrent().Name,

    [Parameter(ParameterSetName = 'Register')]
    [string[]] $SecretFile = @(),

    [Parameter(ParameterSetName = 'Register')]
    [string] $LogFolder = (Join-Path $env:LOCALAPPDATA 'invgit\logs'),

    [Parameter(ParameterSetName = 'Register')]
    [switch] $Pr,

    [Parameter(ParameterSetName = 'Status', Mandatory = $true)]
    [switch] $Status,

    [Parameter(ParameterSetName = 'Unregister', Mandatory = $true)]
    [switch] $Unregister
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$Folder = '\invgit\'
$Commands = @{
    sync   = @('sync', 'homeseer')
    notify = @('notify')
    scan   = @('network', 'scan')
}
# What a task ended with: exit codes of invgit, and what the Task Scheduler itself says
$Meanings = @{
    '0'      = 'done, or nothing to do'
    '1'      = 'the inventory has errors'
    '2'      = 'usage'
    '3'      = 'settings, database, network or HomeSeer'
    '5'      = 'refused, nothing was done'
    '7'      = 'another run was at work'
    '70'     = 'a bug of invgit'
    '130'    = 'interrupted'
    '267009' = 'running'
    '267011' = 'has not run yet'
    '267014' = 'ended by somebody, or at its time limit'
}

# One argument as programs of Windows read it: in quotes, backslashes before the last quote doubled
function ConvertTo-Argument([string] $Text) {
    return '"' + ($Text -replace '(\\+)$', '$1$1') + '"'
}

# The Task Scheduler replaces %NAME% and $(Arg0) in what it runs, and has no way to say that they are meant
function Assert-Plain([string] $Text) {
    if ($Text -match '["%]|\$\(') {
        throw "'$Text' cannot stand in a task: it holds a quote, a percent sign or `$(. Move it, or link to it."
    }
}

# Who is not trusted, and may do anything with a file or is its owner
function Get-Stranger([string] $Path, [Security.Principal.SecurityIdentifier[]] $Trusted) {
    $sid = [Security.Principal.SecurityIdentifier]
    $acl = Get-Acl -LiteralPath $Path
    $allowed = @($acl.GetAccessRules($true, $true, $sid) | Where-Object { $_.AccessControlType -eq 'Allow' })
    $found = @($acl.GetOwner($sid)) + @($allowed | ForEach-Object { $_.IdentityReference })
    foreach ($one in @($found | Where-Object { $Trusted -notcontains $_ } | Sort-Object -Property Value -Unique)) {
        try { $one.Translate([Security.Principal.NTAccount]).Value } catch { $one.Value }
    }
}

function Assert-Private([string[]] $Paths) {
    $sid = [Security.Principal.SecurityIdentifier]
    $own = (New-Object Security.Principal.NTAccount $User).Translate($sid)
    $trusted = @($own, (New-Object $sid 'S-1-5-18'), (New-Object $sid 'S-1-5-32-544')) # SYSTEM, Administrators
    foreach ($path in $Paths) {
        if (-not (Test-Path -LiteralPath $path -PathType Leaf)) { throw "the secret file '$path' does not exist" }
        $strangers = @(Get-Stranger $path $trusted)
        if ($strangers.Count -gt 0) {
            $grants = "`"${User}:(R,W)`" `"*S-1-5-18:(F)`" `"*S-1-5-32-544:(F)`""
            throw @"
'$path' is open to $($strangers -join ', '). To make it private:
icacls "$path" /setowner "$User"
icacls "$path" /reset
icacls "$path" /inheritance:r /grant:r $grants
"@
        }
    }
}

function Test-Command([string[]] $Words) {
    # In 5.1 what a program writes to stderr would be an error, and end this script
    $ErrorActionPreference = 'Continue'
    $null = & $Invgit @Words --help 2>&1
    return $LASTEXITCODE -eq 0
}

function Find-Invgit {
    $own = Join-Path $Project '.venv\Scripts\invgit.exe'
    if (Test-Path -LiteralPath $own -PathType Leaf) { return $own }
    $found = @(Get-Command -Name 'invgit' -CommandType Application -ErrorAction SilentlyContinue)
    if ($found.Count -eq 0) { throw "there is no '$own', and no invgit on the PATH: say -Invgit" }
    return $found[0].Source
}

function Get-Definition([string] $Which, [string] $Words) {
    $log = Join-Path $LogFolder "$Name-$Which.log"
    $arguments = @('-NoProfile', '-NonInteractive', '-WindowStyle', 'Hidden', '-ExecutionPolicy', 'RemoteSigned')
    $arguments += @('-File', (ConvertTo-Argument $Runner))
    foreach ($pair in @(@('-Project', $Project), @('-Invgit', $Invgit), @('-Command', $Words), @('-Log', $log))) {
        $arguments += @($pair[0], (ConvertTo-Argument $pair[1]))
    }
    # By its full path: what the PATH says when the task runs is no matter
    $shell = Join-Path $env:SystemRoot 'System32\WindowsPowerShell\v1.0\powershell.exe'
    $action = New-ScheduledTaskAction -Execute $shell -Argument ($arguments -join ' ') -WorkingDirectory $Project
    if ($Which -eq 'scan') {
        $trigger = New-ScheduledTaskTrigger -Daily -At $At -RandomDelay (New-TimeSpan -Minutes 10)
    } else {
        # Since midnight, and without a duration: for ever
        $every = New-TimeSpan -Minutes $(if ($Which -eq 'sync') { $Minutes } else { 60 })
        $trigger = New-ScheduledTaskTrigger -Once -At (Get-Date).Date -RepetitionInterval $every
    }
    $behaviour = @{
        MultipleInstances          = 'IgnoreNew'
        StartWhenAvailable         = $true
        ExecutionTimeLimit         = New-TimeSpan -Minutes $LimitMinutes
        AllowStartIfOnBatteries    = $true
        DontStopIfGoingOnBatteries = $true
    }
    $settings = New-ScheduledTaskSettingsSet @behaviour
    $principal = New-ScheduledTaskPrincipal -UserId $User -LogonType $LogonType -RunLevel Limited
    $parts = @{ Action = $action; Trigger = $trigger; Settings = $settings; Principal = $principal }
    return New-ScheduledTask @parts -Description "invgit $Words in $Project"
}

function Register-Job([string] $Which, [pscredential] $Credential) {
    $task = "$Name-$Which"
    $before = Get-ScheduledTask -TaskPath $Folder -TaskName $task -ErrorAction SilentlyContinue
    if ($null -ne $before -and @($before.Actions)[0].WorkingDirectory -ne $Project) {
        throw "$Folder$task is of $(@($before.Actions)[0].WorkingDirectory): say another -Name, or -Unregister it first"
    }
    $words = "--quiet $($Commands[$Which] -join ' ')"
    if ($Pr -and $Which -eq 'sync') { $words += ' --pr' }
    $definition = Get-Definition $Which $words
    $what = "register 'invgit $words' in $Project as $User, $LogonType"
    if (-not $PSCmdlet.ShouldProcess("$Folder$task", $what)) { return }
    $account = @{}
    if ($null -ne $Credential) {
        # In memory only; Windows keeps it where it keeps secrets
        $account = @{ User = $Credential.UserName; Password = $Credential.GetNetworkCredential().Password }
    }
    try {
        $null = Register-ScheduledTask -TaskPath $Folder -TaskName $task -InputObject $definition -Force @account
    } catch {
        if ($_.FullyQualifiedErrorId -notlike 'HRESULT 0x80070005*') { throw }
        throw "Windows does not let you register ${task}: use an elevated prompt, or -LogonType Interactive"
    }
    Write-Output "$Folder$task is registered; its log is $LogFolder\$task.log"
}

function Get-ProjectTask {
    $tasks = @(Get-ScheduledTask -TaskPath $Folder -ErrorAction SilentlyContinue)
    if ($Name) {
        $own = @($Commands.Keys | ForEach-Object { "$Name-$_" })
        $tasks = @($tasks | Where-Object { $own -contains $_.TaskName })
    }
    return $tasks
}

function Show-Job {
    foreach ($task in @(Get-ProjectTask)) {
        $info = Get-ScheduledTaskInfo -InputObject $task
        $code = "$($info.LastTaskResult)"
        [pscustomobject] @{
            Task    = $task.TaskName
            State   = "$($task.State)"
            LastRun = $info.LastRunTime
            Result  = if ($Meanings.ContainsKey($code)) { "$code, $($Meanings[$code])" } else { $code }
            NextRun = $info.NextRunTime
            Missed  = $info.NumberOfMissedRuns
            Project = @($task.Actions)[0].WorkingDirectory
        }
    }
}

if ($Status) {
    Show-Job
    return
}
if ($Unregister) {
    foreach ($task in @(Get-ProjectTask)) {
        if ($PSCmdlet.ShouldProcess("$Folder$($task.TaskName)", 'unregister')) {
            Unregister-ScheduledTask -InputObject $task -Confirm:$false
        }
    }
    return
}

$Runner = Join-Path $PSScriptRoot 'Invoke-InvgitTask.ps1'
$Project = (Resolve-Path -LiteralPath $Project).ProviderPath
if (-not (Test-Path -LiteralPath (Join-Path $Project 'invgit.yaml'))) { throw "there is no invgit.yaml in '$Project'" }
if (-not $Name) { $Name = ((Split-Path -Leaf $Project) -replace '[^A-Za-z0-9]+', '-').Trim('-') }
if (-not $Invgit) { $Invgit = Find-Invgit }
foreach ($path in @($Project, $Invgit, $LogFolder, $Runner)) { Assert-Plain $path }
if ($Pr -and $LogonType -eq 'S4U') { throw '-Pr takes credentials, and S4U has none: say -LogonType Password' }
foreach ($which in $Job) {
    if (-not (Test-Command $Commands[$which])) {
        throw "'$Invgit' cannot run 'invgit $($Commands[$which] -join ' ')': nothing was registered"
    }
}
Assert-Private $SecretFile
$credential = $null
if ($LogonType -eq 'Password' -and -not $WhatIfPreference) {
    $credential = Get-Credential -UserName $User -Message 'The tasks run as this account; Windows keeps its password'
}
foreach ($which in $Job) { Register-Job $which $credential }
