"""`python -m data_sources check [--config cx.toml]`, `… indexes [--config cx.toml]` and `… reference`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from data_sources.connections import Sources
from data_sources.doctor import examine
from data_sources.errors import ConfigurationError
from data_sources.index_advice import advice, in_words
from data_sources.report import report
from data_sources.settings import load_settings
from data_sources.settings.reference import reference


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns 1 where something would make a number wrong or nothing can be read."""
    parser = argparse.ArgumentParser(prog="python -m data_sources")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="read the configuration against the live databases")
    check.add_argument("--config", type=Path, help="the cx.toml to check; without it CX_CONFIG, else the demo company")
    indexes = commands.add_parser("indexes", help="print the indexes that pay on the configured PostgreSQL, as SQL")
    indexes.add_argument("--config", type=Path, help="the cx.toml; without it CX_CONFIG, else the demo company")
    commands.add_parser("reference", help="print the configuration reference as Markdown")
    chosen = parser.parse_args(arguments)
    if chosen.command == "reference":
        sys.stdout.write(reference())
        return 0
    return _indexes(chosen.config) if chosen.command == "indexes" else _check(chosen.config)


def _indexes(config: Path | None) -> int:
    try:
        settings = load_settings(config)
    except ConfigurationError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(in_words(advice(settings)) + "\n")
    return 0


def _check(config: Path | None) -> int:
    try:
        settings = load_settings(config)
    except ConfigurationError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sources = Sources(settings)
    examination = examine(settings, sources)
    sources.dispose()
    sys.stdout.write(report(examination) + "\n")
    return 0 if examination.healthy else 1


if __name__ == "__main__":
    raise SystemExit(main())
