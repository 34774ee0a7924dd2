"""The ``kpdesk`` command. Each subcommand imports what it needs, and only then."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from kpdesk import __version__

ADDRESS_SCHEME = "kpdesk:"
"""Registered by the packages; what follows is not looked at, so that no address can do harm."""

_EPILOG = """\
exit codes:
  0  all went well
  1  the self-test or the demo did not pass, a support code cannot be read, or kpdesk crashed
  2  the command line cannot be used
  3  a part that this command needs is missing
  4  kpdesk was already running; its window was raised
 20  the health plan's profile or the policy cannot be used

"kpdesk check" has its own: see its --help.
"""


def build_parser() -> argparse.ArgumentParser:
    """Every option that kpdesk knows; the window itself is the command without a subcommand."""
    parser = argparse.ArgumentParser(
        prog="kpdesk",
        description="See your doctor by video.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kpdesk {__version__}")
    _window_options(parser)
    parser.set_defaults(run=_run_window)
    commands = parser.add_subparsers(title="other commands", metavar="")

    demo = commands.add_parser("demo", help="a whole visit on this computer, with a made-up doctor")
    _demo_options(demo)
    demo.set_defaults(run=_run_demo)

    serve = commands.add_parser("serve", help="the visit service for a small practice", add_help=False)
    serve.add_argument("rest", nargs=argparse.REMAINDER)
    serve.set_defaults(run=_run_serve)

    robot = commands.add_parser("practitioner", help="the made-up doctor of the demo", add_help=False)
    robot.add_argument("rest", nargs=argparse.REMAINDER)
    robot.set_defaults(run=_run_practitioner)

    test = commands.add_parser("self-test", help="does this installation work?")
    test.add_argument("--json", action="store_true", help="print the result as JSON")
    test.set_defaults(run=_run_self_test)

    check = commands.add_parser("check", help="will a visit work on this computer?", add_help=False)
    check.add_argument("rest", nargs=argparse.REMAINDER)
    check.set_defaults(run=_run_check)

    said = commands.add_parser("decode", help="what a support code says")
    said.add_argument(
        "code", nargs="+", metavar="CODE", help="as it was read aloud, in one piece or in groups"
    )
    said.add_argument("--language", choices=("en", "es"), help="instead of the system's language")
    said.set_defaults(run=_run_decode)
    return parser


def _window_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile-dir", type=Path, metavar="DIR", help="keep all files in DIR")
    parser.add_argument("--server", metavar="URL", help="FHIR address of the visit service")
    parser.add_argument("--camera-file", type=Path, metavar="FILE", help="a video file as the camera")
    parser.add_argument("--microphone-file", type=Path, metavar="FILE", help="a sound file as the microphone")
    parser.add_argument("--language", choices=("en", "es"), help="instead of the system's language")
    parser.add_argument(
        "--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"), help="default INFO"
    )
    parser.add_argument("--log-to-console", action="store_true", help="log lines on standard error too")
    parser.add_argument(
        "--report-startup", action="store_true", help="print a JSON line when the window can be used"
    )
    parser.add_argument("--quit-after-startup", action="store_true", help=argparse.SUPPRESS)


def _demo_options(parser: argparse.ArgumentParser) -> None:
    _window_options(parser)
    parser.add_argument("--auto", action="store_true", help="unattended: click through the whole visit")
    parser.add_argument("--call-seconds", type=float, default=20.0, metavar="N", help="default 20")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="save a picture of each screen")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the result to FILE")
    parser.add_argument("--practitioner", choices=("robot", "none"), default="robot", help=argparse.SUPPRESS)
    parser.add_argument("--admit-after", type=float, default=4.0, metavar="S", help="default 4")


def _run_window(options: argparse.Namespace) -> int:
    from kpdesk.app.gui import GuiOptions, run_gui

    return run_gui(GuiOptions.from_arguments(options))


def _run_demo(options: argparse.Namespace) -> int:
    from kpdesk.app.demo import run_demo

    return run_demo(options)


def _run_serve(options: argparse.Namespace) -> int:
    from kpdesk.visitserver import cli

    parser = argparse.ArgumentParser(prog="kpdesk serve", description="The visit service.")
    cli.add_arguments(parser)
    return cli.main(parser.parse_args(options.rest))


def _run_practitioner(options: argparse.Namespace) -> int:
    from kpdesk.visitserver.practitioner import cli

    return cli.main(options.rest)


def _run_self_test(options: argparse.Namespace) -> int:
    from kpdesk.app.self_test import run_self_test

    return run_self_test(as_json=options.json)


def _run_check(options: argparse.Namespace) -> int:
    from kpdesk.app.check import CheckOptions, parse, run_check
    from kpdesk.checks.preflight import Preflight

    parsed = parse(options.rest)

    def build(options: CheckOptions) -> AbstractAsyncContextManager[Preflight]:
        # after Qt has started: its sound part speaks when it is loaded
        from kpdesk.app.checking import build_preflight

        return build_preflight(options)

    return run_check(parsed, build)


def _run_decode(options: argparse.Namespace) -> int:
    from kpdesk.app.decode import run_decode

    return run_decode(options.code, options.language)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the ``kpdesk`` command; returns the exit code."""
    given = sys.argv[1:] if argv is None else argv
    # The system hands over an address of ours (kpdesk://...) when one is clicked: it opens the window.
    arguments = [word for word in given if not word.lower().startswith(ADDRESS_SCHEME)]
    # argparse's REMAINDER swallows options only after a positional: hand these over whole.
    if arguments[:1] == ["serve"]:
        return _run_serve(argparse.Namespace(rest=arguments[1:]))
    if arguments[:1] == ["practitioner"]:
        return _run_practitioner(argparse.Namespace(rest=arguments[1:]))
    if arguments[:1] == ["check"]:
        return _run_check(argparse.Namespace(rest=arguments[1:]))
    options = build_parser().parse_args(arguments)
    status: int = options.run(options)
    return int(status)
