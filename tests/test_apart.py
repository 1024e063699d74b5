"""Nothing that lies in the current folder is run or obeyed: by a command, its workers, or the lab's processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from greatfear import canvas
from greatfear.simulation.apart import command_of

TRAPS = ("numba", "numpy", "json", "pyarrow", "resource", "pickle", "queue", "multiprocessing", "sitecustomize", "duckdb",
         "greatfear", "matplotlib", "usercustomize", "yaml")  # fmt: skip
COMMAND = [sys.executable, "-P", "-c", "import sys; from greatfear.cli import main; sys.exit(main())"]
"""Like the installed command, without this folder in its path."""


@pytest.fixture
def trapped(tmp_path: Path) -> Path:
    """Return a folder of traps: a file for each module that our processes import, and settings that would stop them."""
    for name in TRAPS:
        (tmp_path / f"{name}.py").write_text(
            f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\nraise SystemExit(3)\n"
        )
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\n")
    (tmp_path / ".numba_config.yaml").write_text("disable_jit: 1\n")
    return tmp_path


def test_a_command_and_its_workers(trapped: Path) -> None:
    many = ["ensemble", "naming-cascade", "--seed", "1", "--replicates", "2", "--workers", "1", "--json"]
    done = subprocess.run([*COMMAND, *many], check=False, cwd=trapped, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert not (trapped / "ran").exists()


@pytest.mark.parametrize(
    "module", ["greatfear.web.worker", "greatfear.web.index_cache", "greatfear.simulation.compiling"]
)
def test_every_process_of_ours(module: str, trapped: Path) -> None:
    """Each comes as far as its own work, for which nothing was asked here."""
    done = subprocess.run(
        [*command_of(module)[:3], command_of(module)[3].replace("; main()", "; print('ready')")],
        cwd=trapped, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout == "ready\n", done.stderr
    assert not (trapped / "ran").exists()


def test_python_m_takes_the_folder_off_its_path(trapped: Path) -> None:
    (trapped / "greatfear.py").unlink()  # Python finds this one itself, before our code runs
    done = subprocess.run(
        [sys.executable, "-m", "greatfear", "describe", "nothing"],
        cwd=trapped, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "nothing" in done.stderr
    assert not (trapped / "ran").exists() or (trapped / "ran").read_text() == ""


def test_no_text_is_mathematics(tmp_path: Path) -> None:
    drawn, (axes,) = canvas.figure((2, 1))
    axes.set_title("$$ 5$^{")
    axes.text(0, 0, r"$\frac{$")
    axes.set_xticks([0], ["$x^$"])
    assert "$$ 5$^{" in canvas.svg(drawn, "x", "x")
    canvas.save(drawn, tmp_path / "x.png")
    assert drawn._repr_png_()
