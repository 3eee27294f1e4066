; UNTRIED: nobody has run this on Windows yet. packaging\windows\build.ps1 calls it: ISCC /DVersion=0.1.0 vbg.iss
; Installs for one user, without an administrator; what vbg keeps (settings, backgrounds) stays when it is removed.
[Setup]
AppId={{0B7C8C4E-6E0B-4B0B-9A44-8E2C6D1B5F37}
AppName=vbg
AppVersion={#Version}
AppPublisher=The vbg authors
LicenseFile=..\..\LICENSE
DefaultDirName={autopf}\vbg
DefaultGroupName=vbg
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
OutputDir=..\..\dist
OutputBaseFilename=vbg-{#Version}-setup
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
UninstallDisplayIcon={app}\vbg-window.exe

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "ar"; MessagesFile: "compiler:Languages\Arabic.isl"

[Files]
Source: "..\..\dist\vbg\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{group}\vbg"; Filename: "{app}\vbg-window.exe"

[Run]
Filename: "{app}\vbg-window.exe"; Description: "vbg"; Flags: nowait postinstall skipifsilent

[UninstallDelete]
Type: filesandordirs; Name: "{localappdata}\vbg\vbg\Cache"
