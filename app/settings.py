"""The settings, each an environment variable `LAYERLAB_NAME`, and the limits among them."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
KIB, MIB = 1 << 10, 1 << 20


def _cores() -> int:
    """Return how many processors this process may use, at most 8."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1, 8)


class Limits(BaseSettings):
    """What a request may ask for. Every one is finite, and no request raises it."""

    model_config = SettingsConfigDict(env_prefix="LAYERLAB_MAX_", frozen=True)

    head_bytes: int = Field(64 * KIB, ge=64, description="bytes of a request's target and headers")
    headers: int = Field(100, ge=1, description="headers of a request")
    head_seconds: int = Field(10, ge=1, description="seconds for a request's headers to come")
    stalled_seconds: int = Field(20, ge=1, description="seconds in which no byte moves")
    body_seconds: int = Field(300, ge=1, description="seconds for a body to come, or to be read")
    body_bytes: int = Field(65 * MIB, ge=1, description="bytes of a request body")
    json_bytes: int = Field(8 * MIB, ge=1, description="bytes of a JSON request body")
    json_other_bytes: int = Field(
        MIB, ge=1, description="bytes of JSON besides long lists of numbers"
    )
    parts: int = Field(64, ge=1, description="parts and fields of a form")
    pixels: int = Field(16_777_216, ge=1, description="pixels of a picture, before any resize")
    elements: int = Field(16_777_216, ge=1, description="elements of one tensor sent")
    rank: int = Field(8, ge=5, description="axes of a tensor")
    output_elements: int = Field(33_554_432, ge=1, description="elements of all outputs together")
    json_elements: int = Field(4_194_304, ge=1, description="elements of an answer in JSON")
    stages: int = Field(64, ge=1, description="layers of a chain")
    working_bytes: int = Field(512 * MIB, ge=1, description="bytes of a run: in, out and between")
    macs: int = Field(20_000_000_000, ge=1, description="multiply-accumulates of a run")
    reads: int = Field(1_000_000_000, ge=1, description="elements that a pooling's windows look at")
    waiting: int = Field(64, ge=0, description="requests of a process that wait for their turn")
    wait_seconds: int = Field(3, ge=1, description="seconds that a request waits for its turn")
    work_seconds: int = Field(30, ge=1, description="seconds that work may take")
    script_bytes: int = Field(4 * MIB, ge=1, description="bytes of tensors in an exported script")
    check_ns: int = Field(2_000_000_000, ge=1, description="nanoseconds, estimated, of a check")
    terms: int = Field(4096, ge=1, description="terms of one explained element")
    explained: int = Field(256, ge=1, description="elements explained at once")
    explained_terms: int = Field(262_144, ge=1, description="terms of all of them together")
    curve_points: int = Field(10_000, ge=2, description="points of a curve")
    curve_far: int = Field(1_000_000, ge=10, description="how far from 0 a curve may go")
    curves: int = Field(24, ge=1, description="curves in one figure")
    models_bytes: int = Field(256 * MIB, ge=1, description="bytes of all models sent and kept")
    model_seconds: int = Field(3600, ge=1, description="seconds that a model is kept unused")
    model_memory: int = Field(2048 * MIB, ge=1, description="bytes that a model's process may have")
    model_cpu: int = Field(4, ge=1, description="seconds of processor time that a model may take")
    model_elements: int = Field(
        100_000_000, ge=1, description="numbers that a model's run may make"
    )
    store_bytes: int = Field(256 * MIB, ge=1, description="bytes of all tensors held for refs")
    store_seconds: int = Field(3600, ge=1, description="seconds that a ref is held unused")


class Settings(BaseSettings):
    """How the server is run."""

    model_config = SettingsConfigDict(env_prefix="LAYERLAB_", frozen=True)

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    workers: int = Field(default_factory=_cores, ge=1, le=64, description="processes")
    connections: int = Field(512, ge=1, description="connections to each process")
    work_bytes: int = Field(544 * MIB, ge=1, description="bytes of all heavy work at once")
    reading_bytes: int = Field(192 * MIB, ge=1, description="bytes of all bodies at once")
    sending_bytes: int = Field(192 * MIB, ge=1, description="bytes of all answers at once")
    store_dir: Path | None = Field(None, description="folder for tensors held, shared by workers")
    log: Literal["auto", "json", "plain", "off"] = Field(
        "auto", description="lines a request: json, plain, off; auto is plain on a terminal"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="what is logged: from this level on"
    )
    model_uploads: bool = Field(False, description="whether models can be sent")
    model_processes: int = Field(2, ge=1, le=64, description="processes that run models sent")
    model_idle: float = Field(30, ge=0, description="seconds that such a process waits for work")
    drain_seconds: float = Field(
        0, ge=0, le=3600, description="seconds that new connections are served after SIGTERM"
    )
    stop_seconds: float = Field(
        30, ge=0, le=3600, description="seconds that running work is then given to finish"
    )
    trace_bytes: int = Field(
        64 * MIB, ge=0, description="bytes of networks' runs kept, in each process"
    )
    sessions: int = Field(256, ge=1, description="ONNX Runtime sessions kept, in each process")


@lru_cache(1)
def limits() -> Limits:
    """Return the limits, read once."""
    return Limits()


@lru_cache(1)
def settings() -> Settings:
    """Return the settings, read once."""
    return Settings()
