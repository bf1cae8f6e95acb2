"""Numbers of consecutive days."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
WEEK = 7


@dataclass(frozen=True, slots=True)
class Series:
    """``values[n]`` is of the day ``first`` + n."""

    first: date
    values: Numbers

    def __len__(self) -> int:
        return len(self.values)

    def day(self, place: int) -> date:
        return self.first + timedelta(days=place)

    def until(self, length: int) -> "Series":
        """Its first ``length`` days."""
        return Series(self.first, self.values[:length])

    def logarithms(self) -> "Series":
        """Traffic grows and falls by factors, and weekends take their share of whatever there is: on this scale all of
        that is added up. Counts of 0 become 0.
        """
        return Series(self.first, np.log1p(np.maximum(self.values, 0)))


def counts_of(logarithms: Numbers) -> Numbers:
    """The way back from ``Series.logarithms``."""
    return np.maximum(np.expm1(logarithms), 0)


def weekdays(first: date, length: int) -> NDArray[np.int64]:
    """0 is Monday."""
    return (np.arange(length) + first.weekday()) % WEEK
