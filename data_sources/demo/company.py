"""Larkmere, a broadband-and-mobile provider that does not exist: who its customers are and what is usual there.

Effects are in standard deviations of a response's latent satisfaction; one moves NPS by about 70 points.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

COMPANY = "Larkmere"
COMPETITORS = ("Brackenwave", "Pellinore Telecom", "Skerrycom", "Tarnwick")
PUBLISHER = "Hallam & Reeve household panel"
WEEKS = 156

REGIONS = ("North", "Midlands", "East", "South", "West", "Wales")
SEGMENTS = ("Families", "Young professionals", "Retired", "Students", "Small business")
PRODUCTS = ("Full Fibre", "Part Fibre", "Mobile SIM", "Mobile handset", "Bundle")
MOBILE = ("Mobile SIM", "Mobile handset")
STAGES = ("awareness", "discovery", "attraction", "interaction", "purchase", "use", "cultivation", "advocacy")
TOUCHPOINTS = (
    "sales",
    "billing & payment",
    "call centre",
    "social media",
    "email",
    "digital transactions",
    "website & forms",
    "online help",
    "mobile app",
    "delivery & installation",
    "after-sales support",
)
QUESTIONS = ("nps", "csat", "success", "effort", "emotion")

REGION_SHARE = np.array([0.24, 0.19, 0.15, 0.18, 0.14, 0.10])
SEGMENT_SHARE = np.array([0.36, 0.21, 0.19, 0.13, 0.11])
PRODUCT_SHARE = np.array([0.27, 0.17, 0.23, 0.12, 0.21])
SEGMENT_PRODUCT = np.array(
    [
        [1.1, 0.9, 0.6, 0.9, 1.5],
        [1.2, 0.6, 1.3, 1.5, 0.8],
        [0.8, 1.8, 0.7, 0.5, 1.0],
        [0.6, 0.8, 2.4, 1.1, 0.3],
        [1.5, 1.1, 0.6, 0.9, 0.9],
    ]
)
"""How much likelier than average a segment (row) is to hold a product (column)."""

MOMENTS: tuple[tuple[str, str, float], ...] = (
    ("awareness", "social media", 1.1),
    ("awareness", "email", 1.6),
    ("awareness", "website & forms", 2.3),
    ("discovery", "website & forms", 3.4),
    ("discovery", "sales", 1.5),
    ("discovery", "online help", 1.2),
    ("discovery", "social media", 0.7),
    ("attraction", "email", 2.0),
    ("attraction", "sales", 2.3),
    ("attraction", "website & forms", 1.5),
    ("interaction", "call centre", 5.6),
    ("interaction", "online help", 2.7),
    ("interaction", "sales", 1.6),
    ("interaction", "email", 1.9),
    ("purchase", "digital transactions", 5.3),
    ("purchase", "sales", 3.0),
    ("purchase", "delivery & installation", 5.2),
    ("purchase", "website & forms", 1.6),
    ("use", "mobile app", 12.2),
    ("use", "billing & payment", 8.2),
    ("use", "delivery & installation", 6.3),
    ("use", "call centre", 6.0),
    ("use", "online help", 2.2),
    ("cultivation", "after-sales support", 5.0),
    ("cultivation", "billing & payment", 3.2),
    ("cultivation", "email", 1.6),
    ("cultivation", "mobile app", 2.1),
    ("advocacy", "after-sales support", 2.6),
    ("advocacy", "mobile app", 1.7),
    ("advocacy", "social media", 0.7),
)
"""(stage, touchpoint, share of responses in per cent): which touchpoints belong to which stage, and how busy."""
MOMENT_STAGE = np.array([STAGES.index(stage) for stage, _, _ in MOMENTS])
MOMENT_TOUCHPOINT = np.array([TOUCHPOINTS.index(touchpoint) for _, touchpoint, _ in MOMENTS])
MOMENT_SHARE = np.array([share for _, _, share in MOMENTS])

TOUCHPOINT_EFFECT = np.array([0.10, -0.20, -0.24, 0.02, 0.04, 0.17, 0.07, -0.12, 0.10, 0.06, 0.14])
REGION_EFFECT = np.array([0.02, -0.03, 0.05, 0.02, 0.03, -0.06])
SEGMENT_EFFECT = np.array([0.06, 0.0, 0.20, -0.24, -0.12])
PRODUCT_EFFECT = np.array([0.13, -0.15, 0.07, -0.03, 0.0])
STAGE_EFFECT = np.array([0.0, 0.0, 0.02, -0.02, 0.03, -0.01, 0.0, 0.06])
SMALL_DELIVERY_MOBILE = 0.35
"""A SIM or a handset is delivered, not installed: fewer mobile customers are asked about delivery."""

MOOD_SPREAD, EVENT_SPREAD, QUESTION_SPREAD = 0.45, 0.65, 0.60
"""A customer's lasting mood, one experience, one question: answers to two questions correlate at about 0.6."""
WEEK_SPREAD = 0.012
"""The whole company's good and bad weeks: about 0.8 points of NPS, well under the sampling error."""

SCALES: dict[str, tuple[int, int]] = {
    "nps": (0, 10),
    "csat": (1, 5),
    "success": (1, 7),
    "effort": (1, 7),
    "emotion": (1, 7),
}
SCORE_SHARES: dict[str, tuple[float, ...]] = {
    "nps": (0.022, 0.012, 0.015, 0.02, 0.022, 0.045, 0.06, 0.115, 0.17, 0.189, 0.33),
    "csat": (0.06, 0.06, 0.12, 0.36, 0.40),
    "success": (0.035, 0.045, 0.075, 0.115, 0.18, 0.27, 0.28),
    "effort": (0.05, 0.065, 0.095, 0.14, 0.20, 0.25, 0.20),
    "emotion": (0.05, 0.065, 0.10, 0.19, 0.20, 0.22, 0.175),
}
"""How often each score is given at the usual level, lowest first."""
ANSWERED: dict[str, float] = {"nps": 0.93, "csat": 0.86, "success": 0.72, "effort": 0.70, "emotion": 0.58}
"""Not everyone answers everything."""
WEEKDAY_SHARE = np.array([0.17, 0.165, 0.16, 0.155, 0.15, 0.115, 0.085])
HOUR_SHARE = np.array(
    [0.3, 0.2, 0.1, 0.1, 0.1, 0.3, 1, 3, 5, 6.5, 7, 6.5, 7, 6, 5.5, 5.5, 5.5, 6, 7, 8, 8, 6, 3, 1], dtype=np.float64
)
YEARLY_VALUE = np.array([456.0, 372.0, 168.0, 516.0, 828.0])
"""Pounds a year, by product."""


def pick(rng: np.random.Generator, shares: FloatArray, size: int) -> IntArray:
    """Draws places with these shares (any positive numbers), shape (size,)."""
    edges = np.cumsum(shares / shares.sum())
    return np.minimum(np.searchsorted(edges, rng.random(size), side="right"), len(shares) - 1)
