"""The house's own rules that import-linter cannot hold."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUARD = 'if __name__ == "__main__":\n    from app import main\n\n    main()\n'
PACKAGES = ("pages", "components", "data_sources", "metrics")


def sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def test_nobody_imports_app_but_a_page_started_by_itself() -> None:
    """DESIGN, fact 1: only under `if __name__ == "__main__"` of a page."""
    for path in sources(*PACKAGES):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.If) and path.parent.name == "pages":
                continue
            imported = [n for n in ast.walk(node) if isinstance(n, ast.ImportFrom) and n.module == "app"]
            assert not imported, path


def test_every_page_ends_by_opening_the_whole_app() -> None:
    for path in sources("pages"):
        if path.name != "__init__.py":
            assert path.read_text().endswith('if __name__ == "__main__":\n    from app import main\n\n    main()\n'), (
                path
            )


def test_pages_stay_under_sixty_lines_and_hold_no_arithmetic() -> None:
    for path in sources("pages"):
        text = path.read_text()
        assert len(text.splitlines()) < 60, path
        sums = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.BinOp) and not isinstance(n.op, ast.BitOr)]
        assert not sums, f"{path}: arithmetic on line {sums[0].lineno}"


def test_no_raw_html() -> None:
    for path in sources("pages", "components"):
        assert "unsafe_allow_html=True" not in path.read_text(), path
