"""``python3 dev.py package``: freeze kpdesk, prove the frozen tree, build this system's package, prove that.

Prints one JSON object at the end; exit status 0 only if every step succeeded.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from installer import proof, tree  # noqa: E402 - found through the path above
from installer.tools import BUILD, OUTPUT, Report, StepFailedError, megabytes, say  # noqa: E402


def build_parser() -> argparse.ArgumentParser:
    """The options of ``dev.py package``."""
    parser = argparse.ArgumentParser(prog="dev.py package", description=__doc__.splitlines()[0])
    parser.add_argument("--skip-visit", action="store_true", help="no demo visit from the frozen tree")
    parser.add_argument("--skip-package", action="store_true", help="stop after the frozen tree")
    parser.add_argument("--skip-install", action="store_true", help="build the package, do not install it")
    parser.add_argument("--skip-freeze", action="store_true", help="take the frozen tree of an earlier run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the result to FILE")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run; returns the exit status."""
    options = build_parser().parse_args(arguments)
    report = Report({"version": tree.version(), "system": sys.platform})
    status = 0
    try:
        _package(options, report)
    except StepFailedError as error:
        say(str(error))
        report.fields["error"] = str(error).splitlines()[0]
        status = 1
    summary = json.dumps({"event": "package", "ok": status == 0, **report.fields, "steps": report.steps})
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(summary + "\n", encoding="utf-8")
    print(summary, flush=True)
    return status


def _package(options: argparse.Namespace, report: Report) -> None:
    frozen = BUILD / "dist" / tree.NAME
    if not options.skip_freeze:
        shutil.rmtree(BUILD, ignore_errors=True)
        BUILD.mkdir(parents=True)
        with report.step("translations"):
            _build_translations()
        with report.step("freeze"):
            frozen = tree.freeze()
    with report.step("look at the frozen tree"):
        facts = tree.inspect(frozen)
    report.fields.update(tree=str(frozen), tree_files=facts["files"], tree_mb=megabytes(facts["bytes"]))
    _prove(options, report, tree.program(frozen), "frozen")
    if options.skip_package:
        return
    OUTPUT.mkdir(exist_ok=True)
    if sys.platform.startswith("linux"):
        _debian(options, report, frozen)
    elif sys.platform == "win32":
        _windows(report, frozen)
    elif sys.platform == "darwin":
        _macos(report, frozen.with_name("kpdesk.app"))


def _build_translations() -> None:
    import dev

    dev.console.stream = sys.stderr
    try:
        dev.build_translations()
    except dev.StepError as error:
        raise StepFailedError(str(error)) from error


def _prove(options: argparse.Namespace, report: Report, program: Path, where: str) -> None:
    with report.step(f"{where}: kpdesk --version"):
        proof.check_version(program)
    with report.step(f"{where}: kpdesk self-test"):
        result = proof.self_test(program)
    report.fields[f"{where}_self_test_checks"] = len(result["checks"])
    report.fields[f"{where}_self_test_seconds"] = result["seconds"]
    if options.skip_visit or where != "frozen":
        return
    with report.step(f"{where}: a whole visit"):
        visited = proof.visit(program)
    report.fields["visit"] = {name: value for name, value in visited.items() if name != "stages"}


def _debian(options: argparse.Namespace, report: Report, frozen: Path) -> None:
    from installer.linux import deb

    if not deb.tools_present():
        report.fields["package"] = None
        say("No dpkg-deb here: the frozen tree is all that is made on this system.")
        return
    with report.step("build the Debian package"):
        package = deb.build(frozen, OUTPUT)
    report.fields.update(package=str(package), package_mb=megabytes(package.stat().st_size))
    with report.step("check the Debian package"):
        deb.check()
    if options.skip_install:
        return
    administrator = deb.administrator()
    if administrator is None:
        report.fields["installed"] = False
        say("Not installed for a try: that needs an administrator.")
        return
    with report.step("install the Debian package"):
        installed = deb.install(package, administrator)
    try:
        _prove(options, report, installed, "installed")
        with report.step("installed: menu, icon and address scheme"):
            deb.check_desktop()
    finally:
        with report.step("remove the Debian package"):
            left = deb.remove(package, administrator)
    if left:
        raise StepFailedError(f"left behind after removal: {', '.join(left)}")
    report.fields.update(installed=True, left_behind=left)


def _windows(report: Report, frozen: Path) -> None:
    from installer.windows import build_msi

    with report.step("build the MSI"):
        package = build_msi.build(frozen, OUTPUT)
    report.fields.update(package=str(package), package_mb=megabytes(package.stat().st_size))


def _macos(report: Report, application: Path) -> None:
    from installer.tools import run

    with report.step("build the macOS package"):
        run(["/bin/bash", ROOT / "installer" / "macos" / "build_pkg.sh", application, OUTPUT, tree.version()])
    package = OUTPUT / f"kpdesk-{tree.version()}.pkg"
    report.fields.update(package=str(package), package_mb=megabytes(package.stat().st_size))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
