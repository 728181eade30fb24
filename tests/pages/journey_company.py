"""The company in memory with a journey: stages, touchpoints and how it felt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from data_sources.view import View
from metrics.catalog import Axis, Catalog
from metrics.slices import Scope
from tests.pages import company

STAGES = ("purchase", "use", "advocacy")
TOUCHPOINTS = ("sales", "call centre", "app", "letters")
"""Nobody ever answered about letters."""
CATALOG = replace(
    company.CATALOG, stages=Axis("stage", "Stage", STAGES), touchpoints=Axis("touchpoint", "Touchpoint", TOUCHPOINTS)
)


def rows(weekly: int = 240, seed: int = 3) -> pd.DataFrame:
    """Forty calm weeks in which every touchpoint is met at every stage, except the app: never after the purchase."""
    given = company.rows(weekly, seed)
    place = np.arange(len(given))
    stage = np.array(STAGES)[place // 4 % 3]
    touchpoint = np.array(TOUCHPOINTS[:3])[place // 12 % 3]
    return given.assign(
        stage=stage, touchpoint=np.where((stage == "purchase") & (touchpoint == "app"), "sales", touchpoint)
    )


def fallen(stage: str = "use", metric: str = "ease") -> pd.DataFrame:
    """In the newest week one stage becomes very hard."""
    given = rows()
    hit = (given["week"] == given["week"].max()) & (given["stage"] == stage)
    return given.assign(**{metric: np.where(hit, 1, given[metric])})


def silenced(touchpoint: str = "call centre", weeks: int = 3) -> pd.DataFrame:
    """One touchpoint stops answering."""
    given = rows()
    gone = (given["touchpoint"] == touchpoint) & (given["week"] > given["week"].max() - weeks)
    return given[~gone]


def view(answers: pd.DataFrame | None = None, scope: Scope | None = None, catalog: Catalog = CATALOG) -> View:
    """The newest week of such a company."""
    return company.view(rows() if answers is None else answers, scope, catalog=catalog)
