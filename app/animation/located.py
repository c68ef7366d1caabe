"""Where the terms of an explanation lie in the input, padding included."""

from collections.abc import Iterator
from typing import Any

from app.animation.planes import Place, parted, seen_axes
from app.layers._explain import Explanation, Index
from app.layers._sliding import Sliding
from app.layers.base import INPUT, Layer, Shapes
from app.problems import Invalid

MOST_PLANES = 3


class Located:
    """Where terms lie in the input: in which plane, and where in it."""

    def __init__(self, layer: Layer, shapes: Shapes) -> None:
        self._layer, self._shapes, self._shape = layer, shapes, shapes[INPUT.name]
        shape = self._shape
        self.axes = seen_axes(layer, len(shape))
        self.leads: dict[Index, None] = {}
        self.weights: dict[Index, Index] = {}
        self.weight = "weight"
        self.others = set[str]()
        self.is_weighed = False

    @property
    def is_volume(self) -> bool:
        """Tell whether planes are apart along more than samples and channels."""
        return len(self._shape) - self.axes > 2

    def look(self, found: Explanation) -> None:
        """Take note of the planes that an element is made of."""
        names = {term.get("tensor", INPUT.name) for term in found.terms}
        self.others |= names - {INPUT.name}
        for lead, _, term in self.terms(found):
            self.leads.setdefault(lead)
            self.is_weighed |= "product" in term
            if "weight_index" in term:
                at = term["weight_index"]
                self.weight = term.get("weight_tensor", self.weight)
                kernel, _ = parted(at, seen_axes(self._layer, len(at)))
                self.weights.setdefault(lead, kernel)

    def terms(self, found: Explanation) -> Iterator[tuple[Index, Place, dict[str, Any]]]:
        """Return the plane of each term, where it lies in it, and the term itself.

        What another tensor has a part in stands in the written sum alone.
        """
        for index, term in zip(self._indices(found), found.terms, strict=True):
            if index is not None and term.get("tensor", INPUT.name) == INPUT.name:
                lead, place = parted(index, self.axes)
                if all(0 <= i < size for i, size in zip(lead, self._shape, strict=False)):
                    yield lead, place, term

    def _indices(self, found: Explanation) -> list[Index | None]:
        layer = self._layer
        if not isinstance(layer, Sliding):
            return [t["input_index"] and tuple(t["input_index"]) for t in found.terms]
        places = layer.looked_at(self._shape, found.at[2:]).tolist()
        channels = layer.channels_of(self._shapes, found.at)
        return [(found.at[0], channel, *place) for channel in channels for place in places]

    def shown(self, at: Index) -> list[Index]:
        """Return the planes to show: the element's own among them, if it is made of that.

        Raises:
            Invalid: nothing that was looked at is made of the input.
        """
        if not self.leads and self.others:
            raise Invalid(
                "the outputs about {at} are made of '{name}' alone, and what is made of the input "
                "is shown; name another with at",
                loc=("at",),
                at=list(at),
                name=min(self.others),
            )
        every = sorted(self.leads) or [tuple(0 for _ in self._shape)[self.axes :]]
        own = tuple(at[: len(every[0])])
        first = every.index(own) - 1 if own in self.leads else 0
        first = max(min(first, len(every) - MOST_PLANES), 0)
        return every[first : first + MOST_PLANES]
