"""How a test says that it is refused."""

from contextlib import contextmanager

import pytest
from requests import HTTPError


@contextmanager
def refused(status, kind, message=None):
    """With this status, and an error of this type and text; pyairtable adds the error of the body to its own."""
    with pytest.raises(HTTPError) as caught:
        yield
    assert caught.value.response.status_code == status, caught.value
    error = caught.value.response.json()["error"]
    assert repr(error) in caught.value.args
    if isinstance(error, str):
        error = {"type": error}
    assert error["type"] == kind, error
    if message is not None:
        assert error["message"] == message
