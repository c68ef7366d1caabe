"""What the route that animates a layer takes and gives."""

from app.animation.colors import THEMES
from app.api.animation import CELLS, GIF, LONGEST, MOST_CELLS, PAINTS, SECONDS, SHORTEST
from app.api.openapi.pieces import FILE, Schema, names

_INDEX: Schema = {"type": "array", "items": {"type": "integer", "minimum": 0}}
ANIMATION: dict[str, Schema] = {
    "at": {
        "description": "An index into the output: its sample and channel are shown, and the "
        "outputs around it. By default the first of each, and the middle.",
        "anyOf": [{"type": "integer", "minimum": 0}, _INDEX],
    },
    "cells": {
        "type": "integer",
        "minimum": 1,
        "maximum": MOST_CELLS,
        "default": CELLS,
        "description": "How many outputs a side are walked over, at most; fewer where nothing is "
        "said and each has very many terms.",
    },
    "seconds": {
        "type": "number",
        "minimum": SHORTEST,
        "maximum": LONGEST,
        "default": SECONDS,
        "description": "How long each frame stays.",
    },
    "theme": names(THEMES, "The ground and the letters.", default="light"),
    "paint": names(
        PAINTS,
        "The colours of the input: those of values, or grey from 0 to 1; a picture that is sent "
        "is grey by default.",
    ),
    "format": names(("gif",), "Goes before Accept."),
}
ANIMATED: Schema = {
    "200": {"description": "The animation.", "content": {GIF: {"schema": FILE}}},
}
