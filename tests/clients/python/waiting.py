"""Waiting for what happens by itself: on a condition, never for a while."""

import time


def wait_for(what, condition, seconds=20):
    """What the condition says, once it says something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if told := condition():
            return told
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} seconds")
