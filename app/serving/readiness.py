"""Whether this process takes new work: not from the first signal to stop on."""


class Readiness:
    """What `/health/ready` and every answer look at."""

    stopping: bool = False


readiness = Readiness()
