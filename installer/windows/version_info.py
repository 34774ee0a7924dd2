"""What Windows shows in a program's properties, in the form that PyInstaller reads."""

from __future__ import annotations

import re


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """``0.1.0`` as Windows counts; a pre-release such as ``0.2.0rc1`` keeps its three numbers."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if found is None:
        raise ValueError(f"{version!r} is not like 1.2.3")
    return int(found[1]), int(found[2]), int(found[3]), 0


def version_info(version: str) -> str:
    """Text for ``EXE(version=...)``."""
    numbers = four_numbers(version)
    words = {
        "CompanyName": "kpdesk",
        "FileDescription": "kpdesk - see your doctor by video",
        "FileVersion": version,
        "InternalName": "kpdesk",
        "LegalCopyright": "Apache License 2.0",
        "OriginalFilename": "kpdesk.exe",
        "ProductName": "kpdesk",
        "ProductVersion": version,
    }
    strings = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in words.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, "
        "OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)), kids=["
        f"StringFileInfo([StringTable('040904B0', [{strings}])]), "
        "VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )
