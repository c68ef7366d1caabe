from tests.api.conftest import client as client
