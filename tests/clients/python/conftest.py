"""Each test has a base of its own, a copy of the seed's; tests that only read share the seed's itself."""

import os

import pytest
from pyairtable import Api

from people import ANA
from sandbox import Sandbox


class Yard:
    """A base and who may use it."""

    def __init__(self, sandbox, base_id, token):
        self.sandbox, self.id, self.token = sandbox, base_id, token
        self.api = self.api_with(token)
        self.base = self.api.base(base_id)

    def api_with(self, token, **options):
        return Api(token, endpoint_url=self.sandbox.url, **options)

    def api_of(self, user, **limits):
        return self.api_with(self.sandbox.token_of(user, **limits))

    def base_of(self, user, **limits):
        return self.api_of(user, **limits).base(self.id)

    def table(self, name):
        return self.base.table(name)

    def requests(self, route):
        return self.sandbox.requests(self.id, route)

    def effects(self, what):
        return self.sandbox.effects(self.id, what)

    def edit(self, table, person=ANA, **changes):
        return self.sandbox.edit(self.id, person, table, **changes)

    def reshape(self, person=ANA, **change):
        return self.sandbox.reshape(self.id, person, **change)


@pytest.fixture(scope="session")
def sandbox():
    return Sandbox(os.environ["AIRTABLE_URL"])


@pytest.fixture(scope="session")
def seeded(sandbox):
    """The seed's base. Nobody writes to it."""
    return Yard(sandbox, os.environ["AIRTABLE_BASE"], os.environ["AIRTABLE_TOKEN"])


@pytest.fixture
def yard(sandbox, seeded):
    """A base to write to."""
    copy = Yard(sandbox, sandbox.copy(seeded.id), seeded.token)
    yield copy
    sandbox.delete(copy.id)
