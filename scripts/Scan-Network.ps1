#Requires -Version 5.1
<#
.SYNOPSIS
Finds who is on networks, and writes it down for invgit.

.DESCRIPTION
NEVER EXECUTED: written from documentation. Its syntax and the names of cmdlets and parameters were checked; no Windows
has run it.

Asks every address of the given networks by ping, twice, and takes hardware addresses from Windows' table of neighbours:
who refuses ping is there, too. Only networks that this machine is on show those. Nobody else is asked but the DNS
server, for names. It needs no rights that not everybody has.

invgit network scan --method powershell runs it; invgit network import reads its file on any machine.

.PARAMETER Network
IPv4 networks, as 192.168.1.0/24; several with commas between them. No others are asked.
.PARAMETER OutFile
The file to write, at once when all is known. Without it, the output has what it would have.
.PARAMETER Quick
Asks once. What sleeps may not answer, and nobody is taken for gone.
.PARAMETER NoNames
Does not ask for names.
.PARAMETER TimeoutMs
So many milliseconds it waits for answers.
.PARAMETER Large
Takes networks larger than /20, up to /16.
.EXAMPLE
.\Scan-Network.ps1 -Network 192.168.1.0/24 -OutFile scan.json
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string[]] $Network,
    [string] $OutFile = '',
    [switch] $Quick,
    [switch] $NoNames,
    [ValidateRange(50, 10000)] [int] $TimeoutMs = 1000,
    [switch] $Large
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$AtOnce = 128 # Windows keeps 256 neighbours for each adapter
$NamesSeconds = 30
$NamePattern = '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,253}$'
$CidrPattern = '^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})/([0-9]{1,2})$'
$MacPattern = '^[0-9a-f][02468ace][0-9a-f]{10}$'
$Answered = @{} # addresses that answered a ping
$Neighbours = @{} # "address mac" to whether it has answered now, and not only once
$Troubles = [ordered] @{} # what went wrong, in the words of Windows, to the addresses

function ConvertTo-Number([string] $Address) {
    $number = [long] 0
    foreach ($octet in $Address.Split('.')) { $number = $number * 256 + [long] $octet }
    return $number
}

function ConvertTo-Address([long] $Number) {
    return @(foreach ($bits in 24, 16, 8, 0) { ($Number -shr $bits) -band 255 }) -join '.'
}

function ConvertTo-Mac([string] $Text) {
    $digits = ($Text -replace '[-:.]', '').ToLowerInvariant()
    if ($digits -notmatch $MacPattern -or $digits -eq '000000000000') { return '' }
    return $digits -replace '(..)(?!$)', '$1:'
}

function ConvertTo-Network([string] $Text) {
    $found = [regex]::Match($Text, $CidrPattern)
    if (-not $found.Success) { throw "'$Text' is not an IPv4 network such as 192.168.1.0/24" }
    $octets = @(foreach ($group in 1, 2, 3, 4) { [int] $found.Groups[$group].Value })
    $prefix = [int] $found.Groups[5].Value
    $largest = ($octets | Sort-Object)[3]
    if ($largest -gt 255 -or $prefix -gt 32) { throw "'$Text' is not an IPv4 network: a number is too large" }
    if ($prefix -lt 16) { throw "'$Text' is larger than /16: say parts of it" }
    if ($prefix -lt 20 -and -not $Large) { throw "'$Text' is larger than /20: say -Large if that is meant" }
    $first = ConvertTo-Number ($octets -join '.')
    $size = [long] [Math]::Pow(2, 32 - $prefix)
    if ($first % $size -ne 0) {
        throw "'$Text' has host bits set; the network is $(ConvertTo-Address ($first - $first % $size))/$prefix"
    }
    $edge = if ($prefix -ge 31) { 0 } else { 1 } # the network's own address, and the one of everybody
    $last = $first + $size - 1
    return @{ Cidr = "$($octets -join '.')/$prefix"; First = $first; Last = $last; Edge = $edge; Prefix = $prefix }
}

function Test-Within([long] $Number, $Targets) {
    return @($Targets | Where-Object { $Number -ge $_.First -and $Number -le $_.Last }).Count -gt 0
}

# The addresses of this machine, with the prefix length of the network that each is in
function Get-Own {
    foreach ($adapter in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
        if ("$($adapter.OperationalStatus)" -ne 'Up') { continue }
        $mac = ConvertTo-Mac "$($adapter.GetPhysicalAddress())"
        foreach ($one in $adapter.GetIPProperties().UnicastAddresses) {
            if ("$($one.Address.AddressFamily)" -ne 'InterNetwork') { continue }
            $ip = "$($one.Address)"
            @{ Ip = $ip; Number = ConvertTo-Number $ip; Prefix = $one.PrefixLength; Mac = $mac }
        }
    }
}

# Whether this machine is on a network: only then it sees hardware addresses there
function Test-OnLink($Target, $Own) {
    foreach ($one in $Own) {
        $size = [long] [Math]::Pow(2, 32 - $one.Prefix)
        $same = ($one.Number - $one.Number % $size) -eq ($Target.First - $Target.First % $size)
        if ($one.Mac -and $same -and $one.Prefix -le $Target.Prefix) { return $true }
    }
    return $false
}

function Add-Trouble([string] $What, [string] $Address) {
    if (-not $Troubles.Contains($What)) { $Troubles[$What] = New-Object 'Collections.Generic.List[string]' }
    if (-not $Troubles[$What].Contains($Address)) { $Troubles[$What].Add($Address) }
}

# The innermost error has the cause; those around it say only that there was one
function Get-Cause([Exception] $Exception) {
    while ($null -ne $Exception.InnerException) { $Exception = $Exception.InnerException }
    return $Exception.Message
}

function Send-Ping([string[]] $Addresses) {
    $pings, $tasks = @{}, @{}
    try {
        foreach ($address in $Addresses) {
            try {
                $pings[$address] = New-Object Net.NetworkInformation.Ping
                $tasks[$address] = $pings[$address].SendPingAsync([Net.IPAddress]::Parse($address), $TimeoutMs)
            } catch {
                Add-Trouble "ping: $(Get-Cause $_.Exception)" $address
            }
        }
        $all = [Threading.Tasks.Task[]] @($tasks.Values)
        # It throws where one has failed; each is asked below how it was
        try { $null = [Threading.Tasks.Task]::WaitAll($all, $TimeoutMs + 5000) } catch { $null = $_ }
        foreach ($address in @($tasks.Keys)) {
            $task = $tasks[$address]
            if ($task.IsFaulted) {
                Add-Trouble "ping: $(Get-Cause $task.Exception)" $address
            } elseif (-not $task.IsCompleted) {
                Add-Trouble 'ping: it did not come back' $address
            } elseif ("$($task.Result.Status)" -eq 'Success') {
                $Answered[$address] = $true
            }
        }
    } finally {
        foreach ($ping in $pings.Values) { $ping.Dispose() }
    }
}

# Who Windows has the hardware addresses of, and whether each has answered just now
function Get-Neighbour([string] $Family) {
    try {
        $rows = @(Get-NetNeighbor -AddressFamily $Family -ErrorAction Stop)
    } catch {
        # Of IPv6 it means that there is nobody
        if ($Family -eq 'IPv4') { Add-Trouble "Get-NetNeighbor: $(Get-Cause $_.Exception)" 'neighbours' }
        return
    }
    foreach ($row in $rows) {
        $state = "$($row.State)"
        $mac = ConvertTo-Mac "$($row.LinkLayerAddress)"
        if (-not $mac -or $state -eq 'Unreachable' -or $state -eq 'Incomplete') { continue }
        @{ Ip = "$($row.IPAddress)" -replace '%.*$', ''; Mac = $mac; Now = $state -eq 'Reachable' }
    }
}

function Read-Neighbour($Targets) {
    foreach ($one in @(Get-Neighbour 'IPv4')) {
        if (-not (Test-Within (ConvertTo-Number $one.Ip) $Targets)) { continue }
        $key = "$($one.Ip) $($one.Mac)"
        $Neighbours[$key] = $one.Now -or [bool] $Neighbours[$key]
    }
}

function Invoke-Sweep($Target, $Targets, [int] $Passes) {
    $addresses = @(for ($at = $Target.First + $Target.Edge; $at -le $Target.Last - $Target.Edge; $at++) { $at })
    $done = 0
    for ($pass = 1; $pass -le $Passes; $pass++) {
        for ($at = 0; $at -lt $addresses.Count; $at += $AtOnce) {
            $last = [Math]::Min($at + $AtOnce, $addresses.Count) - 1
            $some = @($addresses[$at..$last] | ForEach-Object { ConvertTo-Address $_ })
            Send-Ping $some
            Read-Neighbour $Targets
            $done += $some.Count
            $percent = [int] (100 * $done / ($addresses.Count * $Passes))
            Write-Progress -Activity "Asking $($Target.Cidr)" -Status "pass $pass of $Passes" -PercentComplete $percent
        }
    }
    Write-Progress -Activity "Asking $($Target.Cidr)" -Completed
}

function Get-State([bool] $Now) { if ($Now) { 'up' } else { 'unsure' } }

function Get-Found($Own, $Targets) {
    $macs = @{} # by address
    foreach ($key in @($Neighbours.Keys)) {
        $ip, $mac = $key.Split(' ')
        $macs[$ip] = @(@($macs[$ip]) + $mac | Where-Object { $_ })
    }
    $self = @($Own | ForEach-Object { $_.Ip })
    foreach ($ip in @(@($Answered.Keys) + @($macs.Keys) | Sort-Object -Unique)) {
        if ($self -contains $ip) { continue }
        $here = @($macs[$ip] | Where-Object { $_ })
        if ($here.Count -eq 0) { [ordered] @{ ip = $ip; state = 'up' } }
        foreach ($mac in $here) {
            # Of two who have one address, nobody knows which has answered the ping
            $now = $Neighbours["$ip $mac"] -or ($here.Count -eq 1 -and $Answered.ContainsKey($ip))
            [ordered] @{ ip = $ip; mac = $mac; state = Get-State $now }
        }
    }
    foreach ($one in @($Own | Where-Object { Test-Within $_.Number $Targets })) {
        $found = [ordered] @{ ip = $one.Ip; state = 'up'; scanner = $true }
        if ($one.Mac) { $found['mac'] = $one.Mac }
        $found
    }
}

# IPv6 addresses of who was found, by the hardware address; none that counts on one wire only
function Get-Found6($Found) {
    $known = @($Found | ForEach-Object { $_['mac'] } | Where-Object { $_ })
    foreach ($one in @(Get-Neighbour 'IPv6' | Where-Object { $known -contains $_.Mac })) {
        $ip = [Net.IPAddress]::Parse($one.Ip)
        if ($ip.IsIPv6LinkLocal) { continue }
        [ordered] @{ ip = "$ip"; mac = $one.Mac; state = Get-State $one.Now }
    }
}

function Resolve-Found($Found) {
    $watch, $asked = [Diagnostics.Stopwatch]::StartNew(), 0
    foreach ($one in $Found) {
        if ($watch.Elapsed.TotalSeconds -gt $NamesSeconds) {
            Add-Trouble 'no time was left to ask for names' "$($Found.Count - $asked) addresses"
            break
        }
        $percent = [int] (100 * $asked++ / $Found.Count)
        Write-Progress -Activity 'Asking for names' -Status $one.ip -PercentComplete $percent
        try {
            $records = @(Resolve-DnsName -Name $one.ip -Type PTR -DnsOnly -QuickTimeout -ErrorAction Stop)
        } catch {
            # That it has no name is no trouble
            $none = $_.FullyQualifiedErrorId -match '^DNS_(ERROR_RCODE_NAME_ERROR|INFO_NO_RECORDS)'
            if (-not $none) { Add-Trouble "Resolve-DnsName: $(Get-Cause $_.Exception)" $one.ip }
            continue
        }
        $names = @($records | Where-Object { $_.PSObject.Properties['NameHost'] } | ForEach-Object { "$($_.NameHost)" })
        $names = @($names | ForEach-Object { $_.TrimEnd('.') } | Where-Object { $_ -match $NamePattern })
        if ($names.Count -gt 0) { $one['hostname'] = $names[0] }
    }
    Write-Progress -Activity 'Asking for names' -Completed
}

# No control and no direction mark: invgit refuses files with these
function Get-Warning {
    foreach ($what in @($Troubles.Keys)) {
        $where = $Troubles[$what]
        $more = if ($where.Count -gt 1) { " and $($where.Count - 1) more" } else { '' }
        "$($where[0])${more}: $what" -replace '[\p{C}\p{Zl}\p{Zp}\s]+', ' '
    }
}

if ([Console]::IsOutputRedirected) { $ProgressPreference = 'SilentlyContinue' }
foreach ($name in 'Get-NetNeighbor', 'Resolve-DnsName') {
    if (@(Get-Command -Name $name -ErrorAction SilentlyContinue).Count -eq 0) { throw "this Windows has no $name" }
}
$file = ''
if ($OutFile) {
    $file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFile)
    if (-not (Test-Path -LiteralPath (Split-Path -Parent $file) -PathType Container)) { throw "no folder for '$file'" }
}
# With -File, powershell.exe gives `a,b` as one word
$targets = @($Network | ForEach-Object { $_.Split(',') } | ForEach-Object { ConvertTo-Network $_.Trim() })
$own = @(Get-Own)
$networks = @(foreach ($target in $targets) {
        $onLink = Test-OnLink $target $own
        $before = $Troubles.Count
        $at = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
        $covered = [ordered] @{ cidr = $target.Cidr; at = $at; method = 'powershell'; macs = $onLink }
        Invoke-Sweep $target $targets $(if ($Quick) { 1 } else { 2 })
        # Beyond a router who refuses ping is not seen; asked once, who sleeps is not
        $covered['complete'] = $onLink -and -not $Quick -and $Troubles.Count -eq $before
        $covered
    })
$found = @(Get-Found $own $targets | Sort-Object -Property { ConvertTo-Number $_.ip })
$found += @(Get-Found6 $found)
if (-not $NoNames -and $found.Count -gt 0) { Resolve-Found $found }
$scan = [ordered] @{
    format = 'invgit-scan/1'; method = 'powershell'; privileged = $false
    networks = $networks; hosts = $found; warnings = @(Get-Warning)
}
$json = ConvertTo-Json -InputObject $scan -Depth 5
# What is not ASCII as JSON's escapes: no console, pipe or file can get it wrong
$json = [regex]::Replace($json, '[^\x00-\x7f]', { param($sign) '\u{0:x4}' -f [int] $sign.Value[0] })
if (-not $file) { return $json }
[IO.File]::WriteAllText("$file.tmp", "$json`n", (New-Object Text.UTF8Encoding $false))
Move-Item -LiteralPath "$file.tmp" -Destination $file -Force
