"""Journeys by push-down: `journeys` for their paths, `stage_flows` for what becomes of them, `walk` for one."""

from data_sources.journeys.report import journeys, stage_flows
from data_sources.journeys.walks import walk

__all__ = ["journeys", "stage_flows", "walk"]
