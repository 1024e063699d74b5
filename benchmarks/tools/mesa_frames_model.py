"""mesa-frames: persons are rows of a Polars frame, contacts a column of lists."""

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from tools.numpy_csr import build as compressed

PACKAGE, WHO = "mesa-frames", True


class People(AgentSetPolars):
    """Everybody, in the order of numbers."""

    def __init__(self, model, frame):
        super().__init__(model)
        self += frame

    def step(self):
        """Let everybody accused in the last step name contacts."""
        model = self.model
        asked = (
            self.agents.filter(pl.col("step") == model.now)
            .select("unique_id", "contacts")
            .explode("contacts")
            .drop_nulls()
        )
        free = asked.filter(self.agents["step"].gather(asked["contacts"]) < 0)
        named = free.filter(pl.Series(model.rng.random(len(free))) < model.p).unique("contacts", keep="first")
        step = self.agents["step"].scatter(named["contacts"], np.full(len(named), model.now + 1, np.int32))
        self.agents = self.agents.with_columns(step.alias("step"))
        model.log.append(
            (np.full(len(named), model.now + 1), named["unique_id"].to_numpy(), named["contacts"].to_numpy())
        )


class Names(ModelDF):
    """The cascade."""

    def __init__(self, frame):
        super().__init__()
        self.people = People(self, frame)
        self.agents += self.people


def build(n, ends, first):
    """Return the model."""
    indptr, contacts, first = compressed(n, ends, first)
    step = np.full(n, -1, np.int32)
    step[first] = 0
    lists = pl.DataFrame({"i": np.repeat(np.arange(n), np.diff(indptr)), "contacts": contacts})
    lists = lists.group_by("i", maintain_order=True).agg("contacts")
    frame = pl.DataFrame({"unique_id": np.arange(n), "step": step}).join(
        lists, left_on="unique_id", right_on="i", how="left"
    )
    model = Names(frame.sort("unique_id"))
    model.first = first
    return model


def run(model, p, seed):
    """Step to extinction."""
    first = model.first
    model.p, model.now, model.rng = p, 0, np.random.default_rng(seed)
    model.log = [(np.zeros(first.size, np.int64), np.full(first.size, -1), first)]
    while model.log[-1][0].size:
        model.step()
        model.now += 1
    return tuple(np.concatenate(column) for column in zip(*model.log, strict=True))
