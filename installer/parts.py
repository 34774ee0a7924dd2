"""What belongs into the frozen tree, and what PyInstaller finds but kpdesk does not use.

Pure decisions on names, for ``kpdesk.spec`` and its tests. A PySide6 wheel is 650 MB; the window needs
eight of its Qt libraries. What is needed is named here; everything else of Qt stays out, so that a newer
PySide6 does not bring new megabytes along unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

QT_MODULES = ("Core", "Gui", "Widgets", "Network", "Multimedia", "DBus", "Svg")
"""Python modules of PySide6 that kpdesk imports."""

QT_LIBRARIES = frozenset(
    {
        *QT_MODULES,
        *("Concurrent", "OpenGL", "XcbQpa", "WaylandClient", "WlShellIntegration"),
        *("Quick", "Qml", "QmlMeta", "QmlModels", "QmlWorkerScript"),
    }
)
"""``QT_MODULES`` and what these and the plug-ins below link to (the FFmpeg plug-in: Qt Quick).
``FFmpegStub-*`` stay as well: they let Qt's FFmpeg start where the system has no OpenSSL or VA-API."""

QT_PLUGINS: dict[str, frozenset[str]] = {
    "platforms": frozenset({"qxcb", "qwayland", "qoffscreen", "qminimal", "qwindows", "qcocoa"}),
    "imageformats": frozenset({"qsvg", "qjpeg", "qico"}),
    "iconengines": frozenset({"qsvgicon"}),
    "multimedia": frozenset({"ffmpegmediaplugin", "windowsmediaplugin", "darwinmediaplugin"}),
    "permissions": frozenset({"qdarwincamerapermission", "qdarwinmicrophonepermission"}),
    "platforminputcontexts": frozenset(
        {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"}
    ),
    "platformthemes": frozenset({"qxdgdesktopportal"}),
    "styles": frozenset({"qmodernwindowsstyle", "qmacstyle"}),
    "tls": frozenset({"qcertonlybackend", "qopensslbackend", "qschannelbackend", "qsecuretransportbackend"}),
    "xcbglintegrations": frozenset({"qxcb-egl-integration", "qxcb-glx-integration"}),
    "wayland-shell-integration": frozenset({"xdg-shell"}),
    "wayland-graphics-integration-client": frozenset({"qt-plugin-wayland-egl"}),
    "wayland-decoration-client": frozenset({"bradient"}),
}
"""Plug-ins by folder, without ``lib`` and ending; a name that a system does not have is no harm."""

QT_TRANSLATIONS = frozenset({"qtbase_en.qm", "qtbase_es.qm"})
"""Qt's own words in the languages of kpdesk."""

OWN_DATA = frozenset({".html", ".css", ".js", ".json", ".svg"})
"""What is not Python in the package ``kpdesk``: the pages of the visit service."""

UNUSED_PACKAGES = (
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtPdf",
    "PySide6.QtWebEngineCore",
    "PySide6.QtOpenGL",
    "_pytest",
    "google",
    "hypothesis",
    "IPython",
    "livekit",
    "matplotlib",
    "mypy",
    "numpy.f2py",
    "numpy.testing",
    "PIL",
    "pip",
    "pydantic",
    "pydantic_core",
    "pydoc",
    "pygments",
    "pytest",
    "rich",
    "scipy",
    "setuptools",
    "sqlalchemy",
    "tkinter",
    "uv",
)
"""Imported by a library only when it is there, or by the tools of this checkout."""

IMPORTED_BY_NAME = (
    "sounddevice",
    "aiortc.rtcpeerconnection",
    "aiortc.rtcrtpsender",
    "pulsectl",
    "comtypes",
    "pycaw.api.endpointvolume",
    "pycaw.utils",
)
"""What ``importlib.import_module`` loads late, and PyInstaller therefore does not see. What another system
has it leaves out by itself."""

METADATA = (
    "kpdesk",
    "PySide6",
    "PySide6_Essentials",
    "PySide6_Addons",
    "shiboken6",
    "qasync",
    "aiohttp",
    "aiohappyeyeballs",
    "keyring",
    "cryptography",
    "joserfc",
    "Authlib",
    "truststore",
    "aiortc",
    "aioice",
    "av",
    "sounddevice",
    "numpy",
    "opencv-python-headless",
    "certifi",
    "pywebrtc-audio",
    "platformdirs",
    "tzdata",
    "psutil",
)
"""``importlib.metadata`` finds these in the frozen tree: the self-test compares their versions, and
``keyring`` and ``aiohttp`` look for entry points."""

METADATA_BY_SYSTEM: Mapping[str, tuple[str, ...]] = {
    "linux": ("pulsectl",),
    "win32": ("pycaw",),
    "darwin": (),
}
"""And these where they are: by ``sys.platform``."""

_QT_LIBRARY = re.compile(r"(?:lib)?Qt6?(?P<name>[A-Z0-9]\w*?)(?:\.framework|\.abi3|\.so|\.dll|\.dylib|\.pyd)")
_PLUGIN = re.compile(r"(?:lib)?(?P<name>.+?)\.(?:so|dll|dylib)")
_SYSTEM_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")


def wanted(destination: str, source: str, *, linux: bool) -> bool:
    """Whether a file that PyInstaller found goes into the tree; ``destination`` is its place there."""
    place = PurePosixPath(destination.replace("\\", "/"))
    if linux and _of_the_system(source):
        return False
    # PyInstaller leaves links to Qt's libraries beside the folder that holds them
    if place.parts[0] == "PySide6" or _QT_LIBRARY.match(place.parts[0]):
        return _wanted_qt(place)
    return not (place.suffix in {".pxd", ".pyi", ".pyx", ".h", ".lib"} or "tests" in place.parts)


def _of_the_system(source: str) -> bool:
    """On Debian a library of the system is a dependency of the package, not a copy in it.

    Debian keeps it safe, and a copy of, say, libdbus or libasound would not fit its system's plug-ins.
    Python's own library and modules are no such libraries, wherever they are.
    """
    path = Path(source).as_posix()
    return path.startswith(_SYSTEM_FOLDERS) and "python3" not in path


def _wanted_qt(place: PurePosixPath) -> bool:
    parts = place.parts
    if "plugins" in parts:
        folder, name = parts[parts.index("plugins") + 1], _PLUGIN.match(place.name)
        return name is not None and name["name"] in QT_PLUGINS.get(folder, ())
    if "translations" in parts:
        return place.name in QT_TRANSLATIONS
    if "qml" in parts or "resources" in parts or place.name.startswith(("d3dcompiler", "opengl32sw")):
        return False
    for part in parts:
        library = _QT_LIBRARY.match(part)
        if library is not None:
            return library["name"] in QT_LIBRARIES
    return True
