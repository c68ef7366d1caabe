"""What instance normalisation keeps: the mean over the samples, written into a graph."""

from app.layers._means import mean
from app.layers._nodes import Nodes
from app.layers._running import STATISTICS
from app.layers.base import Shape, Shapes
from app.problems import Invalid


def check_statistics(shapes: Shapes, *, are_used: bool) -> None:
    """Refuse one of the running numbers without the other, or none where they are needed.

    Raises:
        Invalid: with the name of the one that is missing.
    """
    sent = [name for name in STATISTICS if name in shapes]
    if len(sent) == 1 or not (sent or not are_used):
        raise Invalid(
            "running_mean and running_var must both be there, "
            "unless use_input_stats takes each sample's own",
            loc=(next(name for name in STATISTICS if name not in shapes),),
        )


def of_samples(nodes: Nodes, each: tuple[str, str], shape: Shape) -> tuple[str, str]:
    """Write the mean over (N, C, 1) samples of their means and of their variances."""
    made = [mean(nodes, one, (*shape, 1), [0]) for one in each]
    first, second = (nodes.add("Reshape", one, nodes.integers([-1])) for one in made)
    return first, second
