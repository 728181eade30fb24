"""Journeys by push-down: `journeys` for all of them, `walk` for one."""

from data_sources.journeys.report import journeys
from data_sources.journeys.walks import walk

__all__ = ["journeys", "walk"]
