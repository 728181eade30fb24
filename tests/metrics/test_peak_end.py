from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.peak_end import PeakEnd, peak_end

feelings = st.lists(st.integers(1, 7).map(float), min_size=1, max_size=12)


def test_methods_example() -> None:
    """METHODS §6 (constructed): 5, 1, 6, 5, 6 → (1 + 6)/2 = 3.5 where the mean is 4.6."""
    assert peak_end([5, 1, 6, 5, 6]) == PeakEnd(1, 4, 3.5, pytest.approx(4.6))


@pytest.mark.parametrize(
    ("journey", "peak", "value"),
    [
        ([7, 1, 4], 1, 2.5),
        ([1, 7, 4], 0, 2.5),
        ([2, 4, 2, 4], 2, 3.0),
        ([7, 7, 5], 1, 6.0),
        ([6], 0, 6.0),
        ([4, 4], 1, 4.0),
    ],
    ids=["tie is negative", "whatever the order", "latest low", "latest high", "one moment", "flat"],
)
def test_which_moment_is_the_peak(journey: list[float], peak: int, value: float) -> None:
    found = peak_end(journey)
    assert found is not None
    assert (found.peak_index, found.end_index, found.value) == (peak, len(journey) - 1, value)


def test_no_moment_no_value() -> None:
    assert peak_end([]) is None


@pytest.mark.parametrize("feeling", [0.0, 7.1, float("nan")])
def test_a_feeling_off_the_scale_is_refused(feeling: float) -> None:
    with pytest.raises(ValueError, match="feeling 1 is"):
        peak_end([4, feeling])


@given(feelings)
def test_lies_between_the_lowest_and_the_highest_moment(journey: list[float]) -> None:
    found = peak_end(journey)
    assert found is not None
    assert min(journey) <= found.value <= max(journey)
    assert min(journey) <= found.mean <= max(journey)
    assert found.value == (journey[found.peak_index] + journey[-1]) / 2


@given(feelings, st.integers(0, 100))
def test_a_neutral_moment_before_the_end_changes_nothing_but_the_mean(journey: list[float], where: int) -> None:
    """Duration neglect: how long it took does not count."""
    place = where % len(journey)
    longer = peak_end([*journey[:place], 4.0, *journey[place:]])
    plain = peak_end(journey)
    assert longer is not None
    assert plain is not None
    assert longer.value == plain.value


@pytest.mark.parametrize("low", [0, 1, 2, 3, 4])
def test_scores_of_ten_that_are_equally_far_tie(low: int) -> None:
    """2 and 8 of 10 brought to 1–7 (metrics/story.py) are equally far from the middle, and the negative wins."""
    bad, good = (1 + 6 * score / 10 for score in (low, 10 - low))
    for journey, peak in (([good, bad], 1), ([bad, good], 0)):
        found = peak_end(journey)
        assert found is not None
        assert found.peak_index == peak
