"""The stand-in's side door: what no client of Airtable has, and a test of one needs."""

import secrets
from contextlib import contextmanager

import requests


class Sandbox:
    def __init__(self, url):
        self.url = url

    def copy(self, base):
        """Another base that is the same, with ids of its own."""
        return self._do("POST", f"bases/{base}/copy", {})["base_id"]

    def delete(self, base):
        self._do("DELETE", f"bases/{base}")

    def token_of(self, user, **limits):
        """A new token of a person; `scopes` and `bases` limit it."""
        token = f"pat{secrets.token_hex(7)}.{secrets.token_hex(32)}"
        self._do("POST", "tokens", {"token": token, "user": user, **limits})
        return token

    def revoke(self, token):
        self._do("POST", "tokens/revoke", {"token": token})

    def entries(self, base):
        """What the journal holds of a base."""
        return self._do("GET", f"journal?base={base}")["entries"]

    def requests(self, base, route):
        return [entry for entry in self.entries(base) if entry["route"] == route]

    def effects(self, base, what):
        """The ids of what was changed so, in order."""
        changed = (effect for entry in self.entries(base) for effect in entry["effects"])
        return [effect["id"] for effect in changed if effect["what"] == what]

    def edit(self, base, person, table, **changes):
        """`create`, `update` and `delete` as a person does it in Airtable's own client."""
        return self._do("POST", f"bases/{base}/edit", {"as": person, "table": table, **changes})

    def reshape(self, base, person, **change):
        """The same with the schema."""
        return self._do("POST", f"bases/{base}/schema", {"as": person, **change})

    @contextmanager
    def knobs(self, **turned):
        self._do("PATCH", "knobs", turned)
        try:
            yield
        finally:
            self._do("DELETE", "knobs")

    @contextmanager
    def later(self, seconds):
        self._do("POST", "clock", {"advance_seconds": seconds})
        try:
            yield
        finally:
            self._do("POST", "clock", {"reset": {}})

    def _do(self, method, path, body=None):
        response = requests.request(method, f"{self.url}/_sim/{path}", json=body, timeout=30)
        assert response.ok, f"{method} {path}: {response.text}"
        return response.json()
