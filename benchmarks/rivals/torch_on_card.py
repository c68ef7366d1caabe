"""PyTorch on a card: a convolution from NumPy to NumPy, its weight on the card from before."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch


def _measure(arguments: list[str]) -> None:
    folder, runs = Path(arguments[0]), int(arguments[1])
    array, weight = (np.load(folder / f"{name}.npy") for name in ("input", "weight"))
    held, times = torch.from_numpy(weight).cuda(), list[float]()
    for _ in range(runs + 1):
        started = time.perf_counter()
        with torch.inference_mode():
            output = torch.nn.functional.conv2d(torch.from_numpy(array).cuda(), held, padding=1)
            found = output.cpu().numpy()
        times.append((time.perf_counter() - started) * 1e3)
    np.save(folder / "output.npy", found)
    print(json.dumps({"ms": times[1:], "version": torch.__version__}))


if __name__ == "__main__":
    # float32 as it is; the service computes so too.
    torch.backends.cudnn.allow_tf32 = False
    _measure(sys.argv[1:])
