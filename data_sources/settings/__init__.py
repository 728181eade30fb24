"""The configuration of a company: one file, cx.toml. Start with `root.py` (everything there is) and `load.py`."""

from data_sources.errors import ConfigurationError
from data_sources.problems import Problem
from data_sources.settings.load import load_settings
from data_sources.settings.root import ROLES, Settings

__all__ = ["ROLES", "ConfigurationError", "Problem", "Settings", "load_settings"]
