"""What the server does with a mistake of ours."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest

from server import on_script_error


def _page() -> None:
    from server import on_script_error as handle

    handle(ValueError("a canary in the error"))


def test_a_mistake_of_ours_shows_an_id_and_logs_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        page = AppTest.from_function(_page).run()
    assert "canary" not in page.warning[0].value
    assert "canary" in caplog.text
    mishap = caplog.records[-1].message.split()[-1]
    assert mishap in page.warning[0].value
    assert callable(on_script_error)
