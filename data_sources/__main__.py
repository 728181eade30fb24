"""`python -m data_sources check`, `… indexes`, `… forget <customer>` (each `[--config cx.toml]`) and `… reference`."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from data_sources.audit_chain import Head
from data_sources.audit_verdict import verdict_of
from data_sources.connections import Sources
from data_sources.doctor import examine
from data_sources.errors import ConfigurationError
from data_sources.forget import forget, in_words
from data_sources.index_advice import advice
from data_sources.index_advice import in_words as indexes_in_words
from data_sources.own_store import StoreTrouble
from data_sources.report import report
from data_sources.settings import Settings, load_settings
from data_sources.settings.reference import reference

CONFIG = "the cx.toml; without it CX_CONFIG, else the demo company"


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns 1 where something would make a number wrong, the audit log does not hold, nobody is to be
    forgotten, or nothing can be read."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "reference":
        sys.stdout.write(reference())
        return 0
    try:
        return _run(chosen, load_settings(chosen.config))
    except (ConfigurationError, StoreTrouble) as error:
        sys.stdout.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data_sources")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="read the configuration against the live databases, and the audit log")
    check.add_argument("--seen", type=_head, help="a head of the audit log that was written down: is it still in it?")
    indexes = commands.add_parser("indexes", help="print the indexes that pay on the configured PostgreSQL, as SQL")
    erase = commands.add_parser("forget", help="erase a customer from what the app itself keeps, and say what stays")
    erase.add_argument("customer", help="the customer's id, as the company's own data has it")
    also = "a name or an address that somebody may have searched for; may be given several times"
    erase.add_argument("--also", action="append", default=[], metavar="WORDS", help=also)
    erase.add_argument("--dry-run", action="store_true", help="only say what would be erased")
    for command in (check, indexes, erase):
        command.add_argument("--config", type=Path, help=CONFIG)
    commands.add_parser("reference", help="print the configuration reference as Markdown")
    return parser


def _head(text: str) -> Head:
    """A head as `check` prints it; ValueError is what argparse expects of a wrong one."""
    return Head.of(text)


def _run(chosen: argparse.Namespace, settings: Settings) -> int:
    match chosen.command:
        case "check":
            return _check(settings, chosen.seen)
        case "indexes":
            sys.stdout.write(indexes_in_words(advice(settings)) + "\n")
            return 0
        case _:
            person = f"{getpass.getuser()} at the command line"
            done = forget(settings, chosen.customer, person, words=chosen.also, only_said=chosen.dry_run)
            sys.stdout.write(in_words(done) + "\n")
            return 0 if done.known else 1


def _check(settings: Settings, seen: Head | None) -> int:
    sources = Sources(settings)
    examination = examine(settings, sources)
    sources.dispose()
    sys.stdout.write(report(examination) + "\n")
    held = verdict_of(settings, seen)
    sys.stdout.write(f"\n{held.text()}\n")
    if held.holds and held.entries:
        sys.stdout.write(f"Its head, to be written down elsewhere and given to --seen: {held.head.text()}\n")
    return 0 if examination.healthy and held.holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
