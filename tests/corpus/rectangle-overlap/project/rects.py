"""Axis-aligned rectangles."""
from typing import NamedTuple, Optional


class Rect(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self):
        return self.right - self.left

    @property
    def height(self):
        return self.bottom - self.top

    @property
    def area(self):
        return self.width * self.height


def intersection(a: Rect, b: Rect) -> Optional[Rect]:
    """The common part of two rectangles; None if they share no area."""
    left, right = max(a.left, b.left), min(a.right, b.right)
    top, bottom = max(a.top, b.top), min(a.bottom, b.bottom)
    if left > right and top > bottom:
        return None
    return Rect(left, top, right, bottom)


def overlap_ratio(a: Rect, b: Rect) -> float:
    """Intersection over union."""
    common = intersection(a, b)
    shared = common.area if common else 0
    union = a.area + b.area - shared
    return shared / union if union else 0.0


def bounding_box(rects):
    return Rect(
        min(r.left for r in rects),
        min(r.top for r in rects),
        max(r.right for r in rects),
        max(r.bottom for r in rects),
    )
