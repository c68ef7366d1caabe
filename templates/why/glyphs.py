"""Trains two small classifiers of small pictures, on pixels in place and on permuted ones.

Run as `python templates/why/glyphs.py`; it draws its own pictures and writes
`static/samples/glyphs.json`: held-out pictures, the permutation, and what each network learned.
Each network is the best of some seeds by its loss, so that a comparison is fair.
"""

import json
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FOUND = Path(__file__).parents[2] / "static" / "samples" / "glyphs.json"
SIDE, PLACES, INK, NOISE, LEVELS = 12, 4, (0.6, 1.0), 0.3, 9
LEARNED, HELD_OUT, MAPS, KERNEL = 4000, 120, 6, 3
STEPS, BATCH, RATE, SEEDS, DIGITS = 1500, 128, 0.02, 4, 3
GLYPHS = {
    "plus": ("..#..", "..#..", "#####", "..#..", "..#.."),
    "cross": ("#...#", ".#.#.", "..#..", ".#.#.", "#...#"),
    "square": ("#####", "#...#", "#...#", "#...#", "#####"),
    "tee": ("#####", "..#..", "..#..", "..#..", "..#.."),
}


def pictures(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return pictures (count, 1, SIDE, SIDE) in LEVELS steps of grey, and which glyph each shows.

    Every glyph stands at one of PLACES x PLACES places around the middle, in lighter or darker
    ink, under noise.
    """
    generator = torch.Generator().manual_seed(seed)
    glyphs = torch.tensor([[[c == "#" for c in row] for row in g] for g in GLYPHS.values()])
    which = torch.arange(count) % len(glyphs)
    size = glyphs.shape[-1]
    first = (SIDE - size - PLACES + 1) // 2
    places = torch.randint(first, first + PLACES, (count, 2), generator=generator)
    ink = torch.empty(count).uniform_(*INK, generator=generator)
    x = NOISE * torch.rand(count, 1, SIDE, SIDE, generator=generator)
    for i, (top, left) in enumerate(places.tolist()):
        x[i, 0, top : top + size, left : left + size] += glyphs[which[i]] * ink[i]
    return (x.clamp(0, 1) * LEVELS).round() / LEVELS, which


def dense() -> nn.Sequential:
    """Return one weight for each pixel and class."""
    return nn.Sequential(nn.Flatten(), nn.Linear(SIDE * SIDE, len(GLYPHS)))


def conv() -> nn.Sequential:
    """Return kernels, the largest that each finds anywhere, and a vote on those."""
    return nn.Sequential(
        nn.Conv2d(1, MAPS, KERNEL),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(MAPS, len(GLYPHS)),
    )


def train(net: nn.Sequential, x: Tensor, y: Tensor) -> float:
    """Train the network and return the loss that it has at the end."""
    optimizer = torch.optim.Adam(net.parameters(), lr=RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    for _ in range(STEPS):
        some = torch.randint(0, len(x), (BATCH,))
        optimizer.zero_grad()
        F.cross_entropy(net(x[some]), y[some]).backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        return F.cross_entropy(net(x), y).item()


def best(make: Callable[[], nn.Sequential], x: Tensor, y: Tensor) -> nn.Sequential:
    """Return the network of some seeds that has the least loss."""
    found = []
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        net = make()
        found.append((train(net, x, y), seed, net))
    return min(found, key=lambda one: one[:2])[2]


def rounded(tensor: Tensor) -> list[float]:
    """Return the numbers in order, to DIGITS digits."""
    return [round(v, DIGITS) for v in tensor.flatten().tolist()]


def written(weight: Tensor, bias: Tensor) -> dict[str, list[float]]:
    """Return what one layer learned."""
    return {"shape": list(weight.shape), "weight": rounded(weight), "bias": rounded(bias)}


def main() -> None:
    """Train both networks on both kinds of pixels and write them down with the pictures."""
    order = torch.randperm(SIDE * SIDE, generator=torch.Generator().manual_seed(1))
    (x, y), (seen, which) = pictures(LEARNED, 1), pictures(HELD_OUT, 2)
    learned: dict[str, list[list[dict[str, list[float]]]]] = {}
    for name, move in (("place", torch.arange(len(order))), ("permuted", order)):
        learned[name] = []
        for kind, make in (("dense", dense), ("conv", conv)):
            net = best(make, x.flatten(1)[:, move].view_as(x), y)
            moved = seen.flatten(1)[:, move].view_as(seen)
            right = (net(moved).argmax(1) == which).float().mean().item()
            print(f"{name:9} {kind:6} {right:.3f}")
            layers = [layer for layer in net if hasattr(layer, "weight")]
            learned[name].append([written(one.weight, one.bias) for one in layers])
    digits = (seen * LEVELS).round().int().flatten(1).tolist()
    facts = {
        "side": SIDE,
        "levels": LEVELS,
        "maps": MAPS,
        "kernel": KERNEL,
        "order": order.tolist(),
    }
    text = json.dumps(
        facts
        | {"names": list(GLYPHS), "which": which.tolist()}
        | {"pictures": ["".join(map(str, picture)) for picture in digits]}
        | {"learned": learned},
        separators=(",", ":"),
    )
    FOUND.write_text(text.replace('],"', '],\n"').replace('","', '",\n"') + "\n")


if __name__ == "__main__":
    main()
