"""The goals: what a request may cost in processor time, as a share of something else's."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.contenders import FIRST, FIRST_ONE, OURS, OURS_OUTPUT, OURS_V2
from benchmarks.load import Figures
from benchmarks.model_servers import MLSERVER, MLSERVER_INLINE, model_servers
from benchmarks.rounds import BARE_HTTP, BARE_RUN

Found = Mapping[str, Figures]
GOAL_HEAD = ["| goal | figure | met |", "|---|---:|---|"]


@dataclass(frozen=True)
class Goal:
    """At most so large a share.

    Attributes:
        most: the share.
        said: the goal as it is printed, `{}` where the name of what it is measured by stands.
        of: the names whose costs are added up, among those measured; none where none is there.
        whose: the name of the one whose cost it is.
    """

    most: float
    said: str
    of: Callable[[Found], Sequence[str]]
    whose: str = OURS.name

    def row(self, found: Found, connections: int) -> str:
        """Return the goal beside its figure."""
        names = self.of(found)
        said = f"{self.said.format(' + '.join(names) or 'none')}, {counted(connections)}"
        if not names or not all(name in found for name in names):
            return f"| {said} | not there | – |"
        return goal_row(said, ratio(found, names, self.whose), self.most)


def counted(connections: int) -> str:
    """Return a number of connections as it is told."""
    return f"{connections} connection{'s' * (connections > 1)}"


def goal_row(said: str, figure: float, most: float, unit: str = "") -> str:
    """Return a goal beside its figure, and whether it is met; what has no bound is no goal."""
    met = "–" if math.isinf(most) else "yes" if figure <= most else "**no**"
    return f"| {said} | {figure:.3g}{unit} | {met} |"


def ratio(found: Found, names: Sequence[str], whose: str = OURS.name) -> float:
    """Return the median of the rounds' own ratios of one's cost, this service's, to others'."""
    sums = [sum(costs) for costs in zip(*(found[name].cpu for name in names), strict=True)]
    pairs = zip(found[whose].cpu, sums, strict=True)
    return float(statistics.median(ours / other for ours, other in pairs))


def _best_model_server(found: Found) -> list[str]:
    names = [one.name for one in model_servers() if one.name in found]
    return [min(names, key=lambda name: statistics.median(found[name].cpu))] if names else []


def _floor(_: Found) -> list[str]:
    return [BARE_RUN, BARE_HTTP]


def _of(name: str) -> Callable[[Found], list[str]]:
    return lambda _: [name]


def _also(goal: Goal) -> list[Goal]:
    """Return a goal, and the same for who asks for the numbers alone."""
    return [goal, replace(goal, said=f"fields=output {goal.said}", whose=OURS_OUTPUT.name)]


def _json_goals(of_first: int) -> list[Goal]:
    """Return the goals of a work in JSON."""
    quarter, share = "≤ 1/4 of {} (aim 1/5)", f"≤ 1/{of_first} of {{}}"
    return [
        *_also(Goal(1 / 4, quarter, _of(MLSERVER.name))),
        Goal(math.inf, "the same of {}, for comparison", _of(MLSERVER_INLINE.name)),
        *_also(Goal(1 / of_first, share, _of(FIRST.name))),
        Goal(math.inf, "the same of {}, for comparison", _of(FIRST_ONE.name)),
    ]


def goals_of(work: str, connections: int) -> list[Goal]:
    """Return the goals of a work."""
    over = 1.25 if connections == 1 else 1.7
    v2 = Goal(1.3, "over `/v2` ≤ 1.3 × {}", _of(OURS.name), OURS_V2.name)
    own = {
        "W1": [
            *_also(Goal(over, f"≤ {over} × ({{}})", _floor)),
            *_also(Goal(1 / 3, "≤ 1/3 of the best model server, {}", _best_model_server)),
        ],
        "W2": _json_goals(20),
        "W3": _json_goals(8),
    }
    return [*own[work], v2]
