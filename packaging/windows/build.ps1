# UNTRIED: nobody has run this on Windows yet.
# Builds dist\vbg (the one-folder app) and, where Inno Setup 6 is installed, dist\vbg-VERSION-setup.exe:
#   powershell -ExecutionPolicy Bypass -File packaging\windows\build.ps1
# Needs Python 3.12 for 64 bits and the network. The virtual camera is OBS Studio's: `vbg doctor` says so where it is missing.
$ErrorActionPreference = "Stop"
$checkout = Resolve-Path "$PSScriptRoot\..\.."
Set-Location $checkout
$builder = Join-Path ([IO.Path]::GetTempPath()) ("vbg-" + [Guid]::NewGuid())

function Invoke-Checked([string] $program) {
    & $program @args
    if ($LASTEXITCODE -ne 0) { throw "$program $args ended with $LASTEXITCODE" }
}

try {
    Invoke-Checked py -3.12 -m venv $builder
    $python = "$builder\Scripts\python.exe"
    Invoke-Checked $python -m pip install --quiet --constraint constraints.txt ".[gui]" pyinstaller
    $version = & $python -c "import vbg; print(vbg.__version__)"
    Invoke-Checked $python -m pip uninstall --quiet -y vbg # the checkout itself is frozen
    Invoke-Checked $python -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath "$builder\work" packaging\frozen\vbg.spec
    Invoke-Checked dist\vbg\vbg.exe --version
    Invoke-Checked dist\vbg\vbg.exe run --camera demo --output null --seconds 1 --json
    $setup = "${env:ProgramFiles(x86)}\Inno Setup 6\ISCC.exe"
    if (Test-Path $setup) {
        Invoke-Checked $setup /Qp "/DVersion=$version" packaging\windows\vbg.iss
    } else {
        Write-Host "no Inno Setup: dist\vbg is all there is (winget install JRSoftware.InnoSetup)"
    }
} finally {
    Remove-Item -Recurse -Force $builder -ErrorAction SilentlyContinue
}
