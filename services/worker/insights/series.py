"""Values of consecutive days."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
WEEK = 7


@dataclass(frozen=True, slots=True)
class Series:
    """``values[n]`` belongs to the day ``first`` + n."""

    first: date
    values: Numbers

    def __len__(self) -> int:
        return len(self.values)

    def day(self, index: int) -> date:
        return self.first + timedelta(days=index)

    def until(self, length: int) -> "Series":
        """Return the first ``length`` days."""
        return Series(self.first, self.values[:length])

    def logarithms(self) -> "Series":
        """Return log(1 + count) of each day.

        Growth, seasons and weekdays multiply traffic by factors. On this scale they add up, as the models need it.
        """
        return Series(self.first, np.log1p(np.maximum(self.values, 0)))


def counts_of(logarithms: Numbers) -> Numbers:
    """Return counts again; the inverse of ``Series.logarithms``."""
    return np.maximum(np.expm1(logarithms), 0)


def weekdays(first: date, length: int) -> NDArray[np.int64]:
    """Return the weekday of each day; 0 is Monday."""
    return (np.arange(length) + first.weekday()) % WEEK
