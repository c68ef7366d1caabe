"""What the command `layerlab` takes."""

import argparse
from typing import Any

from pydantic_settings import BaseSettings

from app.settings import Limits, Settings


def _variables(kind: type[BaseSettings]) -> str:
    prefix = kind.model_config["env_prefix"]
    lines = [
        f"  {prefix}{name.upper():<18} {field.description} (default {_default(field)})"
        for name, field in kind.model_fields.items()
    ]
    return "\n".join(lines)


def _default(field: Any) -> str:
    if field.default_factory:
        return "one a core"
    return "none" if field.default is None else str(field.default)


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    command = argparse.ArgumentParser(
        "layerlab", description="See what each layer of a convolutional network does."
    )
    verbs = command.add_subparsers(dest="verb", required=True)
    verbs.add_parser(
        "serve",
        help="serve the pages and the API",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Environment variables:\n"
        + _variables(Settings)
        + "\n\nLimits:\n"
        + _variables(Limits),
    )
    return command
