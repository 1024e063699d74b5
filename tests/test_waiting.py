"""Where a bar is shown, when it appears, and that nothing else sees it."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from greatfear.show import waiting
from greatfear.show.waiting import bar_for, place_of_bar


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("kernel", "is_typed", "is_terminal", "place"),
    [
        (object(), False, False, "notebook"),
        (object(), True, True, "notebook"),
        (None, True, True, "terminal"),
        (None, True, False, ""),
        (None, False, True, ""),
        (None, False, False, ""),
    ],
)
def test_the_place_is_chosen(
    monkeypatch: pytest.MonkeyPatch, kernel: object, is_typed: bool, is_terminal: bool, place: str
) -> None:
    shell = SimpleNamespace(kernel=kernel) if kernel else SimpleNamespace()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stderr", _Terminal() if is_terminal else io.StringIO())
    if is_typed:
        monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    else:
        monkeypatch.delattr(sys, "ps1", raising=False)
    assert place_of_bar() == place


def _how_far(at: int) -> tuple[int, int]:
    return at, 10


def test_a_caller_s_own_function_stands_alone_and_nobody_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "place_of_bar", lambda: "notebook")
    told: list[int] = []
    with bar_for(told.append, _how_far, "days") as follow:
        assert follow == told.append
    monkeypatch.setattr(waiting, "place_of_bar", lambda: "")
    with bar_for(None, _how_far, "days") as follow:
        assert follow is None


def test_a_bar_comes_late_moves_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a notebook: nothing before two seconds, then a bar that changes, and an empty output at the end."""
    now, shown = [0.0], []
    handle = SimpleNamespace(update=shown.append)
    display = SimpleNamespace(HTML=str, display=lambda one, display_id: handle)
    monkeypatch.setattr(waiting, "import_module", lambda name: display)
    monkeypatch.setattr(waiting, "place_of_bar", lambda: "notebook")
    monkeypatch.setattr(waiting.time, "monotonic", lambda: now[0])
    with bar_for(None, _how_far, "days") as follow:
        assert follow is not None
        follow(1)
        assert shown == []
        now[0] = 3.0
        follow(4)
        follow(5)  # a moment later: too soon
        with bar_for(None, _how_far, "days") as inner:
            assert inner is None, "a call within a call shows none"
        now[0] = 4.0
        follow(9)
    assert [text.partition("</progress>")[2] for text in shown] == [" 4 of 10 days", " 9 of 10 days", ""]
    assert 'value="9" max="10"' in shown[1]


def test_a_bar_in_a_terminal_goes_even_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    out: Any = _Terminal()
    monkeypatch.setattr(sys, "stderr", out)
    monkeypatch.setattr(waiting, "place_of_bar", lambda: "terminal")
    monkeypatch.setattr(waiting, "_SECONDS_BEFORE", 0.0)

    def fail() -> None:
        with bar_for(None, _how_far, "days") as follow:
            assert follow is not None
            follow(3)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert "days" in out.getvalue()
    monkeypatch.setattr(waiting, "place_of_bar", lambda: "")
    with bar_for(None, _how_far, "days") as follow:
        assert follow is None
