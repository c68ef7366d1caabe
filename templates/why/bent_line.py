"""Finds the weights of the page's two dense layers: 1 → 8 → 1, for points on a bent line.

Run as `python templates/why/bent_line.py`; it writes `bent_line.json` beside it. Each function
between the layers gets weights of its own, the best of some seeds, so that a comparison is fair.
"""

import json
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

POINTS, UNITS, STEPS, SEEDS, DIGITS = 41, 8, 1500, 6, 4
BETWEEN = {
    "": lambda z: z,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
}


def points() -> tuple[Tensor, Tensor]:
    """Return x and y, (POINTS, 1) each: two bends and a little noise."""
    generator = torch.Generator().manual_seed(7)
    x = torch.linspace(-2, 2, POINTS)[:, None]
    noise = 0.06 * torch.randn(x.shape, generator=generator)
    return x, torch.sin(2 * x) + 0.3 * x + noise


def fit(name: str, x: Tensor, y: Tensor, seed: int) -> tuple[float, nn.Linear, nn.Linear]:
    """Return the mean squared error reached and the two layers."""
    torch.manual_seed(seed)
    first, second = nn.Linear(1, UNITS), nn.Linear(UNITS, 1)
    with torch.no_grad():  # kinks spread over the points, half of the units looking each way
        first.weight.copy_(torch.tensor([1.0, -1.0]).repeat(UNITS // 2)[:, None] * 1.2)
        first.bias.copy_(torch.empty(UNITS).uniform_(-2, 2))
    optimizer = torch.optim.Adam([*first.parameters(), *second.parameters()], lr=0.02)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.mse_loss(second(BETWEEN[name](first(x))), y)
        loss.backward()
        optimizer.step()
    return loss.item(), first, second


def rounded(tensor: Tensor) -> list[float]:
    """Return the numbers in order, to DIGITS digits."""
    return [round(v, DIGITS) for v in tensor.flatten().tolist()]


def main() -> None:
    """Fit the weights for every function and write them down with the points."""
    x, y = points()
    fits = {}
    for name in BETWEEN:
        loss, first, second = min((fit(name, x, y, s) for s in range(SEEDS)), key=lambda f: f[0])
        print(name or "none", f"{loss:.4f}")
        fits[name] = {
            "first": {"weight": rounded(first.weight), "bias": rounded(first.bias)},
            "second": {"weight": rounded(second.weight), "bias": rounded(second.bias)},
        }
    found = {"x": rounded(x), "y": rounded(y), "units": UNITS, "fits": fits}
    lines = json.dumps(found).replace('}}, "', '}},\n"').replace('], "', '],\n"')
    Path(__file__).with_suffix(".json").write_text(lines + "\n")


if __name__ == "__main__":
    main()
