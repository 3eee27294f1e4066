#!/bin/sh
# UNTRIED: nobody has run this on a Mac yet.
# Builds dist/vbg.app and dist/vbg-VERSION.dmg: packaging/macos/build.sh
# Needs Python 3.12 and the network. The app asks for the camera (NSCameraUsageDescription, in packaging/frozen/vbg.spec). It is signed
# with the identity in VBG_IDENTITY, or for this machine alone ("-"); who publishes it must sign and notarise it: docs/release.md.
set -eu
cd "$(dirname "$0")/../.."
builder=$(mktemp -d)
trap 'rm -rf "$builder"' EXIT INT TERM

"${PYTHON:-python3.12}" -m venv "$builder/venv"
python=$builder/venv/bin/python
"$python" -m pip install --quiet --constraint constraints.txt ".[gui]" pyinstaller
version=$("$python" -c 'import vbg; print(vbg.__version__)')
"$python" -m pip uninstall --quiet -y vbg # the checkout itself is frozen
"$python" -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath "$builder/work" packaging/frozen/vbg.spec
codesign --force --deep --options runtime --entitlements packaging/macos/entitlements.plist --sign "${VBG_IDENTITY:--}" dist/vbg.app
dist/vbg.app/Contents/MacOS/vbg --version
dist/vbg.app/Contents/MacOS/vbg run --camera demo --output null --seconds 1 --json
hdiutil create -quiet -ov -volname vbg -srcfolder dist/vbg.app "dist/vbg-$version.dmg"
ls -lh "dist/vbg-$version.dmg"
