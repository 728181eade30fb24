"""What every section of cx.toml has in common."""

from __future__ import annotations

from typing import Annotated, NoReturn, SupportsIndex

from pydantic import BaseModel, ConfigDict, StringConstraints


class Section(BaseModel):
    """A section of cx.toml: frozen, no unknown key, and no value ever repeated in an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True, str_strip_whitespace=True
    )

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Settings hold secrets, which a pickle would carry in plain text into a file or another process."""
        raise TypeError(f"{type(self).__name__} is not pickled: it may hold a secret.")


NAME_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
"""Lower-case words joined by single underscores: such a name is the same in TOML, in an environment variable
(where a double underscore separates levels), in a URL and in SQL."""

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Words = Annotated[str, StringConstraints(min_length=1)]
