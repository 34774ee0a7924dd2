"""Freezes kpdesk into one folder, and looks at that folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from installer import icons
from installer.tools import BUILD, ROOT, StepFailedError, run, tree_size

NAME = "kpdesk"
ELF = b"\x7fELF"
FORBIDDEN = ("WebEngine", "Qt63D", "Qt6Charts", "Qt6Pdf", "Designer", "libQt5", "livekit", "pytest")
"""Parts of file names that mean: something came along that kpdesk does not use."""


def version() -> str:
    """kpdesk's version, from its one home."""
    from kpdesk import __version__

    return __version__


def freeze() -> Path:
    """Run PyInstaller; returns the folder with the program (macOS: the ``.app`` lies beside it)."""
    _need_shared_python()
    icons.make(BUILD / "icons")
    if sys.platform == "win32":
        from installer.windows.version_info import version_info

        (BUILD / "version.txt").write_text(version_info(version()), encoding="utf-8")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    places: list[str | Path] = ["--distpath", BUILD / "dist", "--workpath", BUILD / "work"]
    env = {**os.environ, "KPDESK_BUILD_DIR": str(BUILD)}
    run([*command, *places, ROOT / "installer" / "kpdesk.spec"], env=env, cwd=ROOT)
    tree = BUILD / "dist" / NAME
    if sys.platform.startswith("linux"):
        strip(tree)
    return tree


def strip(tree: Path) -> None:
    """Take the debugging symbols out of Python's library and of extension modules: av's are 24 of its 30 MB.

    Other libraries of wheels were moved about by patchelf, after which strip may break them; they stay as
    they are.
    """
    for pattern in ("libpython*.so*", "*.abi3.so", "*.cpython-*.so"):
        for library in tree.rglob(pattern):
            if not library.is_symlink():
                run(["strip", "--strip-debug", library])


def _need_shared_python() -> None:
    """PyInstaller takes Python's library along. Debian has it in a package of its own, and its Python says
    that it is linked to it although it is not."""
    if sys.platform.startswith("linux") and not has_python_library():
        import dev

        dev.ensure_packages([f"libpython{sys.version_info[0]}.{sys.version_info[1]}"])


def has_python_library() -> bool:
    """Whether the library that this Python names is where Python or the loader looks for it."""
    name = str(sysconfig.get_config_var("INSTSONAME") or "")
    folder = Path(str(sysconfig.get_config_var("LIBDIR") or "/nowhere"))
    if not name.endswith(".a") and (folder / name).is_file():
        return True
    ldconfig = shutil.which("ldconfig", path="/sbin:/usr/sbin")
    library = f"libpython{sys.version_info[0]}.{sys.version_info[1]}.so."
    return ldconfig is not None and library in run([ldconfig, "-p"])


def program(tree: Path, name: str = NAME) -> Path:
    """The program in a frozen tree."""
    return tree / (f"{name}.exe" if sys.platform == "win32" else name)


def elf_files(tree: Path) -> Iterator[Path]:
    """Programs and libraries for Linux in ``tree``; no links."""
    for path in sorted(tree.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == ELF:
                    yield path


def inspect(tree: Path) -> dict[str, int]:
    """Raise StepFailedError for what does not belong there or lacks a library; number of files, bytes."""
    names = [path.relative_to(tree).as_posix() for path in tree.rglob("*")]
    unwanted = [name for name in names if any(word in name for word in FORBIDDEN)]
    if unwanted:
        raise StepFailedError(f"not wanted in the frozen tree: {', '.join(sorted(unwanted)[:10])}")
    dangling = [str(path) for path in tree.rglob("*") if path.is_symlink() and not path.exists()]
    if dangling:
        raise StepFailedError(f"links to nothing: {', '.join(dangling)}")
    if sys.platform.startswith("linux"):
        lacking = missing_libraries(tree)
        if lacking:
            raise StepFailedError("libraries that the system does not have:\n" + "\n".join(lacking))
    return {"files": sum(1 for path in tree.rglob("*") if path.is_file()), "bytes": tree_size(tree)}


def missing_libraries(tree: Path) -> list[str]:
    """``file needs library`` for each one that the loader does not find."""
    lacking = []
    for path in elf_files(tree):
        # not a failure of ldd: it ends with 1 for a static file
        said = subprocess.run(["ldd", str(path)], capture_output=True, text=True, check=False).stdout
        lacking += [
            f"{path.relative_to(tree)} needs {line.split()[0]}"
            for line in said.splitlines()
            if "not found" in line
        ]
    return lacking
