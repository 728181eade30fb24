"""`sql = "…"` of a dataset is one SELECT: what else it might be is told before any database sees it.

What is read here is how the text falls into words, strings, comments and brackets, by sqlparse's lexer, which knows the
quotes of the usual dialects but not which dialect it has before it. So this tells slips and clumsy attacks; what keeps
a source from being written is its read-only connection (data_sources/engines.py) and the rights of its user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from sqlparse import lexer, tokens

TOKENS: Callable[[str], Iterable[tuple[object, str]]] = lexer.tokenize
"""The kind and the text of each word, string, comment and sign."""

BEGINNINGS = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "FROM", "("})
"""What a query can begin with; FROM is DuckDB's."""
WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "UPSERT"})


def not_one_select(sql: str) -> str:
    """What keeps a text from being one SELECT, as the end of a sentence; "" where nothing does."""
    words = [(kind, word) for kind, word in TOKENS(sql) if word.strip() and kind not in tokens.Comment]
    while words and words[-1][1] == ";":
        words.pop()
    if not words:
        return "is empty."
    if words[0][1].upper() not in BEGINNINGS:
        return f"begins with “{words[0][1][:20]}”, not with SELECT."
    if any(word == ";" and kind in tokens.Punctuation for kind, word in words):
        return "holds several statements."
    if any(kind in tokens.DML and word.upper() in WRITES for kind, word in words):
        return "would write."
    if any(kind in tokens.Error for kind, _ in words) or ("/", "*") in pairwise(word for _, word in words):
        return "holds a quote or a comment that is never closed."
    return "" if _closes_its_brackets(words) else "has a bracket without its other half."


def _closes_its_brackets(words: list[tuple[object, str]]) -> bool:
    """Whether it stays inside the bracket that it is put into."""
    depth = 0
    for kind, word in words:
        if kind is tokens.Punctuation and word in ("(", ")"):
            depth += 1 if word == "(" else -1
        if depth < 0:
            return False
    return depth == 0
