"""What a few runs say of many: rates with their uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z95 = 1.959964
"""Standard normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True)
class Rate:
    """`hits` of `total`, with the 95 % interval of Wilson (1927, doi:10.1080/01621459.1927.10502953)."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        """The share itself; 0 of nothing."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound, both in [0, 1]; (0, 1) of nothing."""
        if not self.total:
            return 0.0, 1.0
        square = Z95 * Z95
        middle = (self.share + square / (2 * self.total)) / (1 + square / self.total)
        spread = math.sqrt(self.share * (1 - self.share) / self.total + square / (4 * self.total**2))
        reach = Z95 * spread / (1 + square / self.total)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __str__(self) -> str:
        """`12/60 (20 %, 12-32)`."""
        low, high = self.interval
        return f"{self.hits}/{self.total} ({self.share:.0%}, {low * 100:.0f}-{high * 100:.0f})"


def pass_at_k(samples: int, right: int, k: int) -> float:
    """Chance that at least one of `k` samples drawn from `samples`, of which `right` are right, is right.

    The unbiased estimator of Chen et al. (2021, arXiv 2107.03374). Raises ValueError for k above `samples`.
    """
    if not 0 <= right <= samples or not 0 < k <= samples:
        raise ValueError(f"pass@{k} of {right} right among {samples} samples is not defined")
    if samples - right < k:
        return 1.0
    return 1.0 - math.prod((samples - right - i) / (samples - i) for i in range(k))
