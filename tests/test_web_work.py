"""The workbench and the jobs of the lab: what they show is what the library computes; they stop, go on, and refuse."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import greatfear as gf
import web_lab
from greatfear.web import jobs as jobs_module
from greatfear.web.jobs import Job
from greatfear.web.lab import Lab
from greatfear.web.memory import megabytes
from greatfear.web.workbench import checked, text_of

OURS = {"x-lab": "1", "sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(runs=tmp_path_factory.mktemp("runs"))
    yield lab
    lab.jobs.close()


def ended(lab: Lab, job: Job, seconds: float = 120) -> Job:
    until = time.monotonic() + seconds
    while job.is_open and time.monotonic() < until:
        lab.jobs.wait(job, job.version, 1)
    assert not job.is_open, "the job did not end"
    return job


def test_a_run_is_the_run_of_the_library(lab: Lab) -> None:
    client = web_lab.client(lab)
    answer = client.request("POST", "/jobs", json={"kind": "run", "scenario": "witch-hunt", "seed": 5}, headers=OURS)
    assert answer.status_code == 200
    job = ended(lab, lab.jobs.all[answer.json()["address"].rpartition("/")[2]])
    assert job.state == "done", job.error
    own = gf.simulate("witch-hunt", seed=5, threads=1).archive
    lab.look_for_runs()
    entry = lab.entry_at(job.result["folder"])
    for column in ("time", "speaker", "subject", "sitting"):
        assert entry.opened.table("statements", [column]).equals(own.table("statements", [column])), column
    arrests = own.sql("select count(*) as n from acts where kind = 'arrest'").column("n")[0].as_py()
    assert job.result["arrests"] == arrests
    assert client.get(f"/a/{entry.name}/cases.json").status_code in (200, 202)
    assert "Open the archive" in client.get(f"/job/{job.id}").text


def test_an_ensemble_holds_the_replicates_of_the_library(lab: Lab) -> None:
    job = ended(lab, lab.jobs.add({"kind": "ensemble", "scenario": "witch-hunt", "seed": 5, "replicates": 2}))
    assert job.state == "done", job.error
    for row in job.rows:
        archive = gf.simulate("witch-hunt", seed=5, replicate=row["replicate"], threads=1).archive
        assert sum(row["statements"]) == archive.n_rows("statements")
    page = web_lab.client(lab).get(f"/ensemble/{job.id}.json").json()
    facts = next(block for block in page["blocks"] if block["kind"] == "facts")
    totals = sorted(sum(row["arrests"]) for row in job.rows)
    assert facts["facts"][0]["value"] == sum(totals) / 2


def test_a_what_if_is_that_of_the_library_and_is_kept(lab: Lab) -> None:
    from greatfear.simulation.counterfactual import counterfactual

    asked = {"kind": "what-if", "scenario": "witch-hunt", "seed": 5, "pairs": 1, "changes": {"offices.*.pressure": 0}}
    job = ended(lab, lab.jobs.add(asked))
    assert job.state == "done", job.error
    own = counterfactual(gf.catalogue.scenario("witch-hunt"), {"offices.*.pressure": 0}, seed=5, workers=0)
    assert job.result["counts"]["arrested"] == own.counts("arrested")
    page = web_lab.client(lab).get(f"/what-if/{job.id}.json?which=both").json()
    rows = next(block for block in page["blocks"] if block.get("key") == "rows")
    assert rows["title"].startswith(f"{own.counts('arrested')['both']:,.0f} persons")
    again = Lab(runs=lab.runs)
    assert again.jobs.all[job.id].result["counts"] == job.result["counts"]
    assert web_lab.client(again).get(f"/what-if/{job.id}").status_code == 200


def test_a_job_is_stopped_and_gone_on_with(lab: Lab) -> None:
    client = web_lab.client(lab)
    job = lab.jobs.add({"kind": "ensemble", "scenario": "witch-hunt", "seed": 6, "replicates": 30})
    while not job.rows and job.is_open:
        lab.jobs.wait(job, job.version, 1)
    assert client.request("POST", f"/job/{job.id}/stop", json={}, headers=OURS).status_code == 200
    ended(lab, job)
    assert job.state == "stopped"
    kept = [dict(row) for row in job.rows]
    assert 0 < len(kept) < 30
    job.asked["replicates"] = len(kept) + 1
    assert client.request("POST", f"/job/{job.id}/go-on", json={}, headers=OURS).status_code == 200
    ended(lab, job)
    assert job.state == "done"
    assert job.rows[: len(kept)] == kept
    assert len(job.rows) == len(kept) + 1


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"kind": "rm"}, {"kind": "run"}, {"kind": "run", "scenario": 5}, {"kind": "run", "scenario": "nothing"},
        {"kind": "run", "scenario": "witch-hunt", "seed": -1}, {"kind": "run", "scenario": "witch-hunt", "seed": True},
        {"kind": "ensemble", "scenario": "witch-hunt", "replicates": 10**9},
        {"kind": "what-if", "scenario": "witch-hunt", "changes": {}},
        {"kind": "what-if", "scenario": "witch-hunt", "changes": {"offices.*.presure": 0}},
        {"kind": "run", "scenario": "../../etc/passwd"}, {"kind": "run", "scenario": "/etc/passwd"},
    ],
)  # fmt: skip
def test_a_job_that_cannot_be_done_is_refused_in_words(lab: Lab, asked: dict[str, Any]) -> None:
    before = len(lab.jobs.all)
    answer = web_lab.client(lab).request("POST", "/jobs", json=asked, headers=OURS)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert "root:" not in answer.text
    assert len(lab.jobs.all) == before


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"[" * 100_000, b'"' + b"x" * 2_000_000 + b'"'])
@pytest.mark.parametrize("path", ["/jobs", "/check", "/job/x/stop", "/job/..%2f..%2fx/go-on", "/nowhere"])
def test_hostile_bodies_get_an_answer(lab: Lab, path: str, body: bytes) -> None:
    answer = web_lab.client(lab).request("POST", path, content=body, headers=OURS)
    assert answer.status_code in (400, 404)
    assert web_lab.client(lab).request("POST", path, content=b"{}").status_code == 403


def test_the_check_says_what_the_library_says() -> None:
    text = text_of("witch-hunt")
    found = checked(text, "witch-hunt")
    scenario = gf.catalogue.scenario("witch-hunt")
    assert found["faults"] == []
    assert found["explain"] == scenario.explain()
    assert found["difference"] == []
    broken = checked(text.replace("title:", "titel:") + "\nfoo: 1\n", "witch-hunt")
    places = [fault["place"] for fault in broken["faults"]]
    assert any("foo" in place for place in places)
    assert any("titel" in place for place in places)
    assert broken["faults"][-1]["line"] > 0
    assert any(line.startswith("+foo") for line in broken["difference"])


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: [" + "*a, " * 500 + "]",
        "[" * 50_000,
        "x" * 2_000_000,
        "{" * 20 + "}" * 20,
        "\x00",
        "a: !!python/object/apply:os.system [id]",
    ],
)
def test_hostile_texts_are_faults(text: str) -> None:
    assert checked(text)["faults"]


def test_first_screen_asks_three_questions_and_starts_with_a_click(lab: Lab) -> None:
    page = web_lab.client(lab).get("/")
    assert page.status_code == 200
    for words in (
        "Why was this person accused?",
        "What did a real inquisition write down?",
        "What if nobody had been pressed?",
    ):
        assert words in page.text
    told = web_lab.client(lab).get("/lesson/1.json")
    assert told.status_code == 200
    assert json.loads(told.text)["title"]


@pytest.mark.parametrize(
    "path", ["/workbench", "/s/witch-hunt", "/s/great-terror", "/manual", "/manual?page=run", "/lesson/2"]
)
def test_pages_without_an_archive(lab: Lab, path: str) -> None:
    answer = web_lab.client(lab).get(path)
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["content-security-policy"]
    stem, _, query = path.partition("?")
    assert web_lab.client(lab).get(f"{stem}.json?{query}").status_code == 200


def test_a_run_that_takes_much_memory_asks_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(runs=tmp_path)
    monkeypatch.setattr(jobs_module, "free_megabytes", lambda: 500.0)
    client, asked = web_lab.client(lab), {"kind": "run", "scenario": "great-terror", "seed": 1}
    before = len(lab.jobs.all)
    told = client.request("POST", "/jobs", json=asked, headers=OURS)
    assert told.status_code == 400
    assert told.json()["ask"] is True
    assert "500 MB are free" in told.json()["message"]
    assert len(lab.jobs.all) == before
    assert megabytes(gf.catalogue.scenario("witch-hunt")) < megabytes(gf.catalogue.scenario("great-terror"))
    monkeypatch.setattr(lab.jobs, "start", lambda: None)
    told = client.request("POST", "/jobs", json=asked | {"sure": True}, headers=OURS)
    assert told.status_code == 200
    job = lab.jobs.all[told.json()["address"].rpartition("/")[2]]
    lab.jobs.stop(job.id)
    page = client.get(f"/job/{job.id}")
    assert "Start again from the beginning" in page.text
    (lab.jobs.folder / f"{job.id}.partial").mkdir()
    (lab.jobs.folder / f"{job.id}.partial" / "state.npz").write_bytes(b"")
    assert "Go on" in client.get(f"/job/{job.id}").text


def test_a_page_made_while_its_job_ends_shows_one_moment(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """It once said that the job was being done, and no longer watched it: the end was never shown."""
    from greatfear.web.pages import work

    rows = [{"replicate": 0, "arrests": [1] * 53, "statements": [0] * 53}]
    asked = {"kind": "ensemble", "scenario": "witch-hunt", "name": "witch-hunt", "seed": 1, "replicates": 1}
    job = lab.jobs.all["ends"] = Job("ends", asked, "running", rows=rows)
    fan = work.fan

    def ends_meanwhile(*words: Any) -> Any:
        job.state = "done"
        return fan(*words)

    monkeypatch.setattr(work, "fan", ends_meanwhile)
    text = web_lab.client(lab).get("/job/ends").text
    assert job.state == "done"
    assert "This job is being done." in text
    assert "job.js" in text
    del lab.jobs.all["ends"]


def test_a_fan_shows_the_published_arrests_where_the_scenario_has_some(lab: Lab) -> None:
    rows = [{"replicate": k, "arrests": [1000 * k] * 209, "statements": [0] * 209} for k in (1, 2)]
    asked = {"kind": "ensemble", "scenario": "great-terror", "name": "great-terror", "seed": 1, "replicates": 2}
    result = {"rows": rows, "epoch": "1936-01-01", "title": "x", "days": 1461}
    for name, n in (("great-terror", 4), ("witch-hunt", 0)):
        lab.jobs.all["fan"] = Job("fan", asked | {"name": name}, "done", rows=rows, result=result)
        text = web_lab.client(lab).get("/ensemble/fan").text
        assert text.count("arrests as published") == n
        assert ("1937-01-01 to 1937-12-31: 936,750 arrests as published, 17,965 a week" in text) == bool(n)
        assert ("1938-07-01 to 1938-10-31: 144,330 arrests as published" in text) == bool(n)
    del lab.jobs.all["fan"]


@pytest.mark.skipif(not web_lab.has_giaveno(), reason="GREATFEAR_DATA names no folder with data sets")
def test_a_data_set_is_taken_in_by_a_click(lab: Lab) -> None:
    client = web_lab.client(lab)
    assert "get:salem-1692" in client.get("/").text
    told = client.request("POST", "/data/salem-1692/get", json={}, headers=OURS)
    assert told.status_code == 200, told.text
    assert client.get(told.json()["address"]).status_code in (200, 202)
    assert client.request("POST", "/data/salem-1692/get", json={}, headers=OURS).json() == told.json()
    assert client.request("POST", "/data/nowhere/get", json={}, headers=OURS).status_code == 400
    assert client.request("POST", "/data/salem-1692/get", json={}).status_code == 403
    assert "get:salem-1692" not in client.get("/").text
