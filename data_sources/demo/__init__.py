"""Larkmere, the embedded demo company: fictional, generated with a seed, with truths planted to be found."""

from data_sources.demo.make import RESPONSES, SEED, generate
from data_sources.demo.stored import demo_folder, last_complete_week

__all__ = ["RESPONSES", "SEED", "demo_folder", "generate", "last_complete_week"]
