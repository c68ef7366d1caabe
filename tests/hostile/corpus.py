"""The requests of the corpus: all of them, or a sample that holds some of each kind."""

from tests.conftest import FULL
from tests.hostile.cases import Case, every_case
from tests.hostile.cases_chains import every_case_of_chains
from tests.hostile.cases_further import every_further_case
from tests.hostile.cases_listed import every_listed_case
from tests.hostile.cases_models import every_model
from tests.hostile.cases_stages import every_case_of_stages
from tests.hostile.cases_v2 import every_case_of_v2

_EVERY_LISTED, _EVERY = 7, 83


def requests() -> list[Case]:
    """Return what is fired in this run."""
    listed = [*every_listed_case(), *every_case_of_v2()]
    chains = [*every_case_of_chains(), *every_case_of_stages(), *every_model()]
    others = [*every_case(), *every_further_case(), *chains]
    return [*listed, *others] if FULL else [*listed[::_EVERY_LISTED], *others[::_EVERY]]
