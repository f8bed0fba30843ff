#Requires -Version 5.1
<#
.SYNOPSIS
Runs invgit once, as a task of Windows: what it says is kept in a log, its exit code is the task's.

.DESCRIPTION
NEVER EXECUTED: written from documentation; see Register-InvgitTasks.ps1, whose tasks call it.

.PARAMETER Project
Folder with invgit.yaml.
.PARAMETER Invgit
The program.
.PARAMETER Command
Words for it, with single spaces between them, as in "sync homeseer".
.PARAMETER Log
The file that is written on. At 1 MB it becomes LOG.1, that LOG.2, and so on; what was LOG.5 goes.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string] $Project,
    [Parameter(Mandatory = $true)] [string] $Invgit,
    [Parameter(Mandatory = $true)] [string] $Command,
    [Parameter(Mandatory = $true)] [string] $Log
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$LargestLog = 1MB
$OldLogs = 5
$Environment = 3 # invgit's exit code for what is wrong around it

function Step-Log {
    if (-not (Test-Path -LiteralPath $Log) -or (Get-Item -LiteralPath $Log).Length -lt $LargestLog) { return }
    for ($number = $OldLogs; $number -gt 0; $number--) {
        $from = if ($number -eq 1) { $Log } else { "$Log.$($number - 1)" }
        if (Test-Path -LiteralPath $from) { Move-Item -LiteralPath $from -Destination "$Log.$number" -Force }
    }
}

function Write-Log([IO.StreamWriter] $Writer, [string] $Text) {
    $Writer.WriteLine("=== $(Get-Date -Format 'yyyy-MM-ddTHH:mm:sszzz') $Text")
}

function Invoke-Invgit([IO.StreamWriter] $Writer) {
    $words = $Command -split ' '
    # In 5.1 what a program writes to stderr would be an error, and end this script
    $ErrorActionPreference = 'Continue'
    & $Invgit @words 2>&1 | ForEach-Object { $Writer.WriteLine("$_") }
    return $LASTEXITCODE
}

$null = New-Item -ItemType Directory -Path (Split-Path -Parent $Log) -Force
Step-Log
$utf8 = New-Object Text.UTF8Encoding $false
$writer = New-Object IO.StreamWriter $Log, $true, $utf8
$writer.AutoFlush = $true
$code = $Environment
try {
    Write-Log $writer "invgit $Command"
    [Console]::OutputEncoding = $utf8
    Set-Location -LiteralPath $Project
    $code = Invoke-Invgit $writer
} catch {
    $writer.WriteLine("$_")
} finally {
    Write-Log $writer "exit code $code"
    $writer.Dispose()
}
exit $code
