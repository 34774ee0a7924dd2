"""Builds the MSI from a frozen tree: with WiX 3 (candle, light) on Windows, with wixl elsewhere.

For roll-outs by an organization. It can set what kpdesk takes for default, on the command line:

    msiexec /i kpdesk-0.1.0-x64.msi /qn KPDESK_FHIR_BASE_URL=https://visits.example.org/fhir

The values are written to the registry where ``kpdesk.services.policy`` reads recommended ones, and are
kept by upgrades.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from installer import icons, tree
from installer.tools import BUILD, OUTPUT, StepFailedError, run
from installer.windows.version_info import four_numbers

HERE = Path(__file__).parent
NAMESPACE = "http://schemas.microsoft.com/wix/2006/wi"
DEFAULTS_KEY = r"SOFTWARE\kpdesk\kpdesk\Defaults"
PROPERTIES: Mapping[str, str] = {
    "KPDESK_ISSUER": "IssuerUrl",
    "KPDESK_FHIR_BASE_URL": "FhirBaseUrl",
    "KPDESK_CLIENT_ID": "ClientId",
    "KPDESK_PROFILE_FILE": "ProfileFile",
    "KPDESK_ICE_TRANSPORT_POLICY": "IceTransportPolicy",
    "KPDESK_LANGUAGE": "Language",
    "KPDESK_PREFLIGHT_MODE": "PreflightMode",
    "KPDESK_PREFLIGHT_THRESHOLDS": "PreflightThresholds",
    "KPDESK_CERTIFICATE_ISSUER": "ServiceCertificateIssuer",
}
"""Public properties of the MSI, and the policy key that each sets."""

APP_SEARCH = 50
"""When Windows Installer searches the registry, in the usual sequence; LaunchConditions come at 100."""

_GUIDS = uuid.UUID("5d3c3f0a-9a2b-5f6e-8d61-7b1a0c4e2f90")
"""Name space of component ids: one path keeps its id through all versions, as the Installer demands."""


def component_guid(name: str) -> str:
    """The id of the component for a relative path or a name of ours."""
    return str(uuid.uuid5(_GUIDS, name.lower())).upper()


def identifier(prefix: str, name: str) -> str:
    """An id for MSI tables (at most 72 letters, digits, ``_``, ``.``) that says nothing and never clashes."""
    return f"{prefix}{uuid.uuid5(_GUIDS, name.lower()).hex}"


# --- the two files that are written -----------------------------------------------------------------------


def files_wxs(frozen: Path, base: Path) -> ET.ElementTree[ET.Element]:
    """A component for each file of the tree, in folders below INSTALLDIR; and the group of the defaults.

    Sources are named relative to ``base``, the folder that the tools run in: wixl takes no whole paths.
    """
    root = ET.Element("Wix", xmlns=NAMESPACE)
    top = ET.SubElement(ET.SubElement(root, "Fragment"), "DirectoryRef", Id="INSTALLDIR")
    group = ET.SubElement(ET.SubElement(root, "Fragment"), "ComponentGroup", Id="Tree")
    _add_folder(top, group, frozen, frozen, base)
    defaults = ET.SubElement(ET.SubElement(root, "Fragment"), "ComponentGroup", Id="Defaults")
    for key in PROPERTIES.values():
        ET.SubElement(defaults, "ComponentRef", Id=f"Default{key}")
    return ET.ElementTree(root)


def _add_folder(parent: ET.Element, group: ET.Element, folder: Path, frozen: Path, base: Path) -> None:
    for path in sorted(folder.iterdir(), key=lambda path: path.name.lower()):
        name = path.relative_to(frozen).as_posix()
        if path.is_dir():
            below = ET.SubElement(parent, "Directory", Id=identifier("D", name), Name=path.name)
            _add_folder(below, group, path, frozen, base)
            continue
        component = ET.SubElement(
            parent, "Component", Id=identifier("C", name), Guid=component_guid(name), Win64="yes"
        )
        ET.SubElement(
            component, "File", Id=identifier("F", name), Source=os.path.relpath(path, base), KeyPath="yes"
        )
        ET.SubElement(group, "ComponentRef", Id=identifier("C", name))


def defaults_wxi(*, conditions: bool) -> ET.ElementTree[ET.Element]:
    """The public properties: kept over upgrades, and written only when they are set.

    The registry is searched after the command line was read and would win over it; so the command line's
    value is saved before the search and given back after it. ``conditions``: wixl does not know those of
    components; they are then set in the finished MSI.
    """
    root = ET.Element("Include", xmlns=NAMESPACE)
    for public, key in PROPERTIES.items():
        searched = ET.SubElement(root, "Property", Id=public, Secure="yes")
        ET.SubElement(
            searched, "RegistrySearch", {"Id": f"Find{key}", "Type": "raw", "Win64": "yes"} | _place(key)
        )
        for action, target, value in _actions(public, key):
            ET.SubElement(
                root, "CustomAction", Id=action, Property=target, Value=f"[{value}]", Impersonate="yes"
            )
    for sequence in ("InstallExecuteSequence", "InstallUISequence"):
        actions = ET.SubElement(root, sequence)
        # fixed numbers: wixl would put what is only "after AppSearch" behind the end of the installation
        for number, (public, key) in enumerate(PROPERTIES.items(), start=1):
            before, after = _actions(public, key)
            ET.SubElement(actions, "Custom", Action=before[0], Sequence=str(number)).text = before[2]
            ET.SubElement(actions, "Custom", Action=after[0], Sequence=str(APP_SEARCH + number)).text = after[
                2
            ]
    place = ET.SubElement(root, "DirectoryRef", Id="INSTALLDIR")
    for public, key in PROPERTIES.items():
        component = ET.SubElement(
            place, "Component", Id=f"Default{key}", Guid=component_guid(f"default:{key}"), Win64="yes"
        )
        if conditions:
            ET.SubElement(component, "Condition").text = public
        written = {"Type": "string", "Value": f"[{public}]", "KeyPath": "yes"}
        ET.SubElement(component, "RegistryValue", written | _place(key))
    return ET.ElementTree(root)


def _place(key: str) -> dict[str, str]:
    """Where in the registry a default is."""
    return {"Root": "HKLM", "Key": DEFAULTS_KEY, "Name": key}


def _saved(public: str) -> str:
    return f"SAVED_{public}"


def _actions(public: str, key: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """Name, target and source of the actions before and after the registry is searched."""
    return (f"Save{key}", _saved(public), public), (f"GiveBack{key}", public, _saved(public))


# --- building ---------------------------------------------------------------------------------------------


def build(frozen: Path, output: Path, *, version: str | None = None) -> Path:
    """Make ``kpdesk-VERSION-x64.msi`` in ``output``; signs it when KPDESK_SIGN_COMMAND is set."""
    version = version or tree.version()
    frozen, output = frozen.resolve(), output.resolve()
    work = BUILD / "msi"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    output.mkdir(parents=True, exist_ok=True)
    icons.make(BUILD / "icons")
    programs = [tree.program(frozen, name) for name in ("kpdesk", "kpdeskw")]
    for program in programs:
        sign(program)
    sources = [HERE / "kpdesk.wxs", work / "files.wxs"]
    files_wxs(frozen, work).write(sources[1], encoding="utf-8", xml_declaration=True)
    included = defaults_wxi(conditions=sys.platform == "win32")
    included.write(work / "defaults.wxi", encoding="utf-8", xml_declaration=True)
    package = output / f"kpdesk-{version}-x64.msi"
    package.unlink(missing_ok=True)
    variables = {
        "Version": ".".join(map(str, four_numbers(version)[:3])),
        "IconFile": os.path.relpath(BUILD / "icons" / "kpdesk.ico", work),
    }
    if sys.platform == "win32":
        _with_wix(sources, variables, work, package)
    else:
        _with_wixl(sources, variables, work, package)
    sign(package)
    return package


def _with_wix(sources: Sequence[Path], variables: Mapping[str, str], work: Path, package: Path) -> None:
    defined = [f"-d{name}={value}" for name, value in variables.items()]
    candle: list[str | Path] = [_wix_program("candle"), "-nologo", "-arch", "x64", f"-I{work}", *defined]
    run([*candle, "-out", f"{work}\\", *sources], cwd=work)
    objects = [work / source.with_suffix(".wixobj").name for source in sources]
    light: list[str | Path] = [_wix_program("light"), "-nologo", "-spdb", "-dcl:high", "-out", package]
    run([*light, *objects], cwd=work)


def _wix_program(name: str) -> str:
    """WiX 3 tells its place in an environment variable and is seldom on the PATH."""
    home = os.environ.get("WIX")
    found = shutil.which(name, path=str(Path(home) / "bin")) if home else shutil.which(name)
    if found is None:
        raise StepFailedError("WiX Toolset 3 is not installed (candle and light are not found)")
    return found


def _with_wixl(sources: Sequence[Path], variables: Mapping[str, str], work: Path, package: Path) -> None:
    defined = [word for name, value in variables.items() for word in ("-D", f"{name}={value}")]
    wixl: list[str | Path] = ["wixl", "--arch", "x64", "--includedir", work, *defined]
    run([*wixl, "--output", package, *sources], cwd=work)
    for query in late_changes(secure_properties(package)):
        run(["msibuild", package, "-q", query])


def secure_properties(package: Path) -> list[str]:
    """The properties that a person without rights may hand to the Installer's service, in a finished MSI."""
    rows = run(["msiinfo", "export", package, "Property"]).splitlines()
    values = dict(row.split("\t", 1) for row in rows if "\t" in row)
    return [name for name in values.get("SecureCustomProperties", "").split(";") if name]


def late_changes(secure: Sequence[str]) -> list[str]:
    """SQL for what wixl 0.101 cannot say: conditions of components, and properties that are secure."""
    names = sorted({*secure, *PROPERTIES, *map(_saved, PROPERTIES)})
    return [
        f"UPDATE `Property` SET `Value` = '{';'.join(names)}' WHERE `Property` = 'SecureCustomProperties'",
        *(
            f"UPDATE `Component` SET `Condition` = '{public}' WHERE `Component` = 'Default{key}'"
            for public, key in PROPERTIES.items()
        ),
    ]


def sign(path: Path) -> None:
    """Sign with the organization's own tool: KPDESK_SIGN_COMMAND, with ``{}`` for the file.

    A signature is checked right after it was made: an MSI with a bad one is refused on every computer.
    """
    command = os.environ.get("KPDESK_SIGN_COMMAND")
    if not command:
        return
    if "{}" not in command:
        raise StepFailedError("KPDESK_SIGN_COMMAND needs {} where the file's name goes")
    run([word.replace("{}", str(path)) for word in command.split()])
    if sys.platform == "win32":
        run(["signtool", "verify", "/pa", "/all", path])


def main(arguments: Sequence[str]) -> int:
    """``python -m installer.windows.build_msi TREE [--output DIR] [--version N]``."""
    parser = argparse.ArgumentParser(description="Build kpdesk's MSI from a frozen tree.")
    parser.add_argument("tree", type=Path)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--version", default=None)
    options = parser.parse_args(arguments)
    try:
        print(build(options.tree, options.output, version=options.version))
    except StepFailedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
