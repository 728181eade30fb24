"""The labelled comments (tuned.txt, held_out.txt), and how well a masker finds what is marked in them.

`python -m tests.data_sources.masking.labelled` prints the figures of both parts; with `tuned` also what was missed or
masked without need in the part that may be looked at.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from data_sources.masking import Kind, Masker, Span

HERE = Path(__file__).parent
MARKED = re.compile(r"⟦([a-z-]+):(.*?)⟧", re.S)
ESCAPED = re.compile(r"\\(?:n|u([0-9a-f]{4}))")


@dataclass(frozen=True)
class Comment:
    text: str
    spans: tuple[Span, ...]


@dataclass
class Score:
    """Of one kind: `labelled` and `found` of them, `masked` stretches and `right` of those."""

    labelled: int = 0
    found: int = 0
    masked: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.labelled if self.labelled else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.masked if self.masked else 1.0


@dataclass
class Result:
    of: dict[Kind, Score] = field(default_factory=lambda: {kind: Score() for kind in Kind})
    missed: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)
    left: int = 0
    """Labelled stretches of which a letter or digit is left under no mark of whatever kind."""
    damaged: int = 0
    """Comments without personal data in which something is masked."""
    empty: int = 0


def comments(part: str) -> list[Comment]:
    """The comments of a part, in the file's order."""
    lines = (HERE / f"{part}.txt").read_text(encoding="utf-8").splitlines()
    return [parsed(line) for line in lines if line and not line.startswith("# ")]


def parsed(line: str) -> Comment:
    """A line of the file as text and spans."""
    line = ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "\n", line)
    text, spans, at = "", [], 0
    for marked in MARKED.finditer(line):
        text += line[at : marked.start()]
        spans.append(Span(len(text), len(text) + len(marked[2]), Kind(marked[1])))
        text, at = text + marked[2], marked.end()
    return Comment(text + line[at:], tuple(spans))


def held_against(masker: Masker, said: list[Comment]) -> Result:
    """A labelled stretch is found where marks of its kind (and any others) leave no letter or digit of it; a mark is
    right where it touches a labelled stretch of its kind."""
    result = Result()
    for comment in said:
        spans = masker.found(comment.text)
        result.empty += not comment.spans
        result.damaged += bool(spans) and not comment.spans
        for span in comment.spans:
            score = result.of[span.kind]
            hidden = {place for other in spans for place in range(other.start, other.end)}
            whole = all(place in hidden for place in range(span.start, span.end) if comment.text[place].isalnum())
            same = any(other.kind is span.kind and _touch(other, span) for other in spans)
            score.labelled += 1
            score.found += whole and same
            result.left += not whole
            if not (whole and same):
                result.missed.append(
                    f"{span.kind}: {comment.text[span.start : span.end]!r} → {masker.masked(comment.text)!r}"
                )
        for span in spans:
            score = result.of[span.kind]
            right = any(other.kind is span.kind and _touch(other, span) for other in comment.spans)
            score.masked += 1
            score.right += right
            if not right:
                result.needless.append(f"{span.kind}: {comment.text[span.start : span.end]!r} in {comment.text!r}")
    return result


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def table(results: dict[str, Result]) -> str:
    """Precision and recall by kind and part, to read."""
    lines = ["kind      " + "".join(f"{part + ': recall':>22}{'precision':>18}" for part in results)]
    for kind in Kind:
        cells = "".join(
            f"{_share(r.of[kind].found, r.of[kind].labelled):>22}{_share(r.of[kind].right, r.of[kind].masked):>18}"
            for r in results.values()
        )
        lines.append(f"{kind:<10}{cells}")
    counts = (
        f"{part}: {r.left} stretches left, {r.damaged} of {r.empty} others damaged" for part, r in results.items()
    )
    return "\n".join([*lines, *counts])


def _share(part: int, of: int) -> str:
    return f"{part}/{of} = {100 * part / of:.1f} %" if of else "–"


if __name__ == "__main__":
    both = {part: held_against(Masker(["Larkmere"]), comments(part)) for part in ("tuned", "held_out")}
    print(table(both))
    if "tuned" in sys.argv:
        print(*both["tuned"].missed, "", *both["tuned"].needless, sep="\n")
