"""Builds, checks, installs and removes the Debian package.

The tree lies in ``/opt/kpdesk``. Libraries of the system are not copied into it: ``dpkg-shlibdeps`` finds
out which packages hold them, and those that are loaded by name at run time are listed here.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterable
from email.utils import formatdate
from pathlib import Path

from installer import icons, tree
from installer.tools import BUILD, ROOT, StepFailedError, run

HERE = Path(__file__).parent
MAINTAINER = "kpdesk maintainers <maintainers@kpdesk.example>"
"""An adopter puts its own address into KPDESK_MAINTAINER."""
LOADED_BY_NAME = ("libportaudio2", "libpulse0", "libegl1", "libgl1", "ca-certificates", "xdg-utils")
RECOMMENDED = ("fonts-noto-core", "gnome-keyring | keepassxc", "libasound2-plugins")
COMMAND = Path("/usr/bin/kpdesk")
POLICIES = "etc/kpdesk/policies"

DESCRIPTION = """\
video visits between patients and doctors
 kpdesk is the desktop app with which the patients of a health plan see their
 doctor by video. Patients sign in with their web browser, see their
 appointments, wait until the doctor lets them in, and talk with picture and
 sound.
 .
 It speaks SMART App Launch, FHIR R4 and WebRTC with the plan's service. Visits
 cannot be recorded with it. "kpdesk self-test" says whether an installation
 works.
"""


def tools_present() -> bool:
    """Whether this system can make Debian packages."""
    return all(shutil.which(name) for name in ("dpkg-deb", "dpkg-shlibdeps", "dpkg"))


def administrator() -> list[str] | None:
    """The words before a command that make it run as root; ``None`` when a password would be asked for."""
    import dev

    return dev.administrator()


# --- building ---------------------------------------------------------------------------------------------


def build(frozen: Path, output: Path) -> Path:
    """Make ``kpdesk_VERSION_ARCH.deb`` in ``output``."""
    architecture = run(["dpkg", "--print-architecture"]).strip()
    root = BUILD / "deb"
    shutil.rmtree(root, ignore_errors=True)
    lay_out(frozen, root, tree.version())
    control = root / "DEBIAN"
    control.mkdir(mode=0o755)
    size_kb = sum(path.lstat().st_size for path in root.rglob("*")) // 1024
    depends = with_loaded(needed_packages(root / "opt" / "kpdesk"))
    (control / "control").write_text(
        control_text(tree.version(), architecture, depends, size_kb), encoding="utf-8"
    )
    (control / "md5sums").write_text(md5sums(root), encoding="utf-8")
    package = output / f"kpdesk_{tree.version()}_{architecture}.deb"
    package.unlink(missing_ok=True)
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(source_date())}
    # the lowest level: the highest makes it a tenth smaller and takes seven times as long
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", root, package], env=env)
    return package


def source_date() -> int:
    """Seconds since 1970 of the last commit, so that one commit gives one package; else now."""
    try:
        return int(run(["git", "-C", ROOT, "log", "-1", "--format=%ct"]))
    except (StepFailedError, ValueError):
        return int(time.time())


def lay_out(frozen: Path, root: Path, version: str) -> None:
    """Put every file at its place below ``root``."""
    place = root / "opt" / "kpdesk"
    place.parent.mkdir(parents=True)
    shutil.copytree(frozen, place, symlinks=True)
    command = root / COMMAND.relative_to("/")
    command.parent.mkdir(parents=True)
    command.symlink_to("/opt/kpdesk/kpdesk")
    share = root / "usr" / "share"
    _write(share / "applications" / "kpdesk.desktop", (HERE / "kpdesk.desktop").read_text("utf-8"))
    day = time.strftime("%Y-%m-%d", time.gmtime(source_date()))
    metainfo = (HERE / "org.kpdesk.kpdesk.metainfo.xml.in").read_text("utf-8")
    _write(
        share / "metainfo" / "org.kpdesk.kpdesk.metainfo.xml",
        metainfo.replace("@VERSION@", version).replace("@DATE@", day),
    )
    for size in icons.HICOLOR_SIZES:
        target = share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "kpdesk.png"
        target.parent.mkdir(parents=True)
        shutil.copyfile(BUILD / "icons" / f"kpdesk-{size}.png", target)
    scalable = share / "icons" / "hicolor" / "scalable" / "apps" / "kpdesk.svg"
    scalable.parent.mkdir(parents=True)
    shutil.copyfile(icons.SOURCE, scalable)
    _write_documents(share, version)
    # what an organization decides lies here; root's alone, or kpdesk does not obey it
    for level in ("managed", "recommended"):
        (root / POLICIES / level).mkdir(parents=True)
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == place / "kpdesk" else 0o644)


def _write_documents(share: Path, version: str) -> None:
    documents = share / "doc" / "kpdesk"
    _write(documents / "copyright", copyright_text())
    changes = (
        f"kpdesk ({version}) unstable; urgency=medium\n\n"
        "  * What changed is in CHANGELOG.md beside this file.\n\n"
        f" -- {maintainer()}  {formatdate(source_date())}\n"
    )
    (documents / "changelog.gz").write_bytes(gzip.compress(changes.encode(), 9, mtime=0))
    for name in ("CHANGELOG.md", "docs/licences.md"):
        source = ROOT / name
        if source.is_file():
            _write(documents / source.name, source.read_text("utf-8"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def maintainer() -> str:
    """Name and address of whoever gives this package out."""
    return os.environ.get("KPDESK_MAINTAINER", MAINTAINER)


def copyright_text() -> str:
    """Debian's machine-readable copyright file for kpdesk itself; its parts are in ``licences.md``."""
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: kpdesk\n\n"
        "Files: *\n"
        "Copyright: 2026 the kpdesk authors\n"
        "License: Apache-2.0\n\n"
        "License: Apache-2.0\n"
        " On Debian systems the text of the Apache License 2.0 is in\n"
        " /usr/share/common-licenses/Apache-2.0.\n"
        "Comment: The parts that come with kpdesk have licences of their own:\n"
        " see licences.md beside this file.\n"
    )


def control_text(version: str, architecture: str, depends: Iterable[str], size_kb: int) -> str:
    """The package's control file."""
    return (
        "Package: kpdesk\n"
        f"Version: {version}\n"
        f"Architecture: {architecture}\n"
        f"Maintainer: {maintainer()}\n"
        f"Installed-Size: {size_kb}\n"
        f"Depends: {', '.join(depends)}\n"
        f"Recommends: {', '.join(RECOMMENDED)}\n"
        "Section: net\n"
        "Priority: optional\n"
        f"Description: {DESCRIPTION}"
    )


def needed_packages(place: Path) -> list[str]:
    """The packages that hold the libraries that files in ``place`` are linked to, with versions."""
    scratch = BUILD / "shlibdeps"
    (scratch / "debian").mkdir(parents=True, exist_ok=True)
    (scratch / "debian" / "control").write_text(
        "Source: kpdesk\n\nPackage: kpdesk\nArchitecture: any\n", encoding="utf-8"
    )
    files = list(tree.elf_files(place))
    private = sorted({str(path.parent) for path in files})
    said = run(
        [
            "dpkg-shlibdeps",
            "-O",
            "--warnings=0",
            "--ignore-missing-info",
            *(f"-l{folder}" for folder in private),
            *(f"-e{path}" for path in files),
        ],
        cwd=scratch,
    )
    return parse_depends(said)


def with_loaded(linked: Iterable[str]) -> list[str]:
    """The relations of ``dpkg-shlibdeps``, and the packages that it cannot know of."""
    relations = list(linked)
    known = {relation.split()[0] for relation in relations}
    return [*relations, *(name for name in LOADED_BY_NAME if name not in known)]


def parse_depends(text: str) -> list[str]:
    """The relations in ``shlibs:Depends=a (>= 1), b``."""
    _, _, relations = text.strip().partition("shlibs:Depends=")
    found = [one.strip() for one in relations.split(",") if one.strip()]
    if not found:
        raise StepFailedError(f"dpkg-shlibdeps said {text!r}")
    return found


def md5sums(root: Path) -> str:
    """The file with which ``dpkg --verify`` checks an installation."""
    lines = []
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.parts:
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            lines.append(f"{digest}  {path.relative_to(root)}\n")
    return "".join(lines)


# --- checking ---------------------------------------------------------------------------------------------


def check() -> None:
    """Hold menu entry and description against the tools of those who publish such, if present."""
    root = BUILD / "deb"
    desktop = root / "usr/share/applications/kpdesk.desktop"
    metainfo = root / "usr/share/metainfo/org.kpdesk.kpdesk.metainfo.xml"
    if shutil.which("desktop-file-validate"):
        said = run(["desktop-file-validate", desktop])
        if said.strip():
            raise StepFailedError(said)
    if shutil.which("appstreamcli"):
        run(["appstreamcli", "validate", "--no-net", metainfo])


# --- installing and removing ------------------------------------------------------------------------------


def install(package: Path, administrator: list[str]) -> Path:
    """Install with its dependencies; the program as it is found on the PATH."""
    if installed_files():
        raise StepFailedError(
            "kpdesk is installed here already; remove it before packaging: apt remove kpdesk"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-o", "DPkg::Lock::Timeout=300", "-qq", "-y", "--no-install-recommends"]
    # apt reads the package as its own user, who may not see into this checkout
    place = Path("/var/tmp") / package.name  # noqa: S108 - readable by apt's user; removed below
    shutil.copyfile(package, place)
    place.chmod(0o644)
    try:
        run([*administrator, "apt-get", "install", *options, place], env=environment)
    finally:
        place.unlink()
    run(["dpkg", "--verify", "kpdesk"])
    found = shutil.which("kpdesk", path="/usr/bin")
    if found is None or Path(found).resolve() != Path("/opt/kpdesk/kpdesk"):
        raise StepFailedError(f"/usr/bin/kpdesk is {found}")
    return COMMAND


def check_desktop() -> None:
    """The system knows the menu entry and who opens ``kpdesk:`` addresses."""
    cache = Path("/usr/share/applications/mimeinfo.cache")
    if shutil.which("update-desktop-database"):
        known = [line for line in cache.read_text("utf-8").splitlines() if "x-scheme-handler/kpdesk" in line]
        if known != ["x-scheme-handler/kpdesk=kpdesk.desktop;"]:
            raise StepFailedError(f"{cache} does not know kpdesk's addresses: {known}")


def remove(package: Path, administrator: list[str]) -> list[str]:
    """Purge; returns what is still there of what the package had brought."""
    brought = package_paths(package)
    shared = {path for path in brought if path.is_dir() and not _is_ours(path)}
    run(
        [*administrator, "dpkg", "--purge", "kpdesk"], env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    )
    left = [str(path) for path in brought - shared if path.exists() or path.is_symlink()]
    left += [f"dpkg: {name}" for name in installed_files()]
    cache = Path("/usr/share/applications/mimeinfo.cache")
    if cache.is_file() and "kpdesk" in cache.read_text("utf-8"):
        left.append(str(cache))
    return sorted(left)


def _is_ours(path: Path) -> bool:
    """Folders that no other package has."""
    return "kpdesk" in path.as_posix()


def package_paths(package: Path) -> set[Path]:
    """Every path in a package."""
    listing = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE, check=True)
    with tarfile.open(fileobj=io.BytesIO(listing.stdout)) as archive:
        return {Path("/") / name for name in archive.getnames()}


def installed_files() -> list[str]:
    """The files that dpkg knows of an installed kpdesk; none when there is none."""
    listed = subprocess.run(["dpkg", "-L", "kpdesk"], capture_output=True, text=True, check=False)
    return listed.stdout.splitlines() if listed.returncode == 0 else []
