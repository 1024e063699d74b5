"""A slow clear twin of papers: one statement, one act, one person after another, with dictionaries.

It knows nothing of the package. Rows are dictionaries as the tables have them; rules are nested dictionaries of numbers; the
lists of words and the transliteration are given. What comes out is described by who stands behind it, not by row numbers.
"""

from __future__ import annotations

import datetime as dt
import math

from reference import draws

_PURPOSES = (
    "name spelling mention cover cover_change sides handed_on copy copied precision fire selection shelf indexed"
)
PURPOSE = {name: 200 + k for k, name in enumerate(_PURPOSES.split(" "))}
CHANNELS = ["denunciation", "report", "interrogation", "document", "accident", "order"]
ACT_KINDS = ["summons", "arrest", "interrogation", "sentence", "release", "rehabilitation", "flight", "death"]
NOBODY = 2**42
OWN = ("own", -1, -1)


class Papers:
    """One run, seen through papers."""

    def __init__(self, run: dict, rules: dict, epoch: dt.date, seed: tuple[int, int, int], language: dict) -> None:
        self.statements, self.acts, self.ties = run["statements"], run["acts"], run["ties"]
        self.people, self.offices = run["people"], run["offices"]
        self.rules, self.epoch, self.seed, self.language = rules, epoch, seed, language

    def four(self, purpose: str, address: tuple[int, int, int], part: int = 0) -> list[float]:
        """Return four uniform numbers: the halves of the two words at an address."""
        words = draws.bits(self.key(purpose, part), *address)
        return [(half + 0.5) / 2**32 for word in words for half in (word // 2**32, word % 2**32)]

    def key(self, purpose: str, part: int = 0) -> int:
        """Return the key of a purpose, of this draw, of a part of it."""
        seed, replicate, draw = self.seed
        draw = 0 if purpose == "name" and part < 2 else draw  # nobody's name depends on the draw
        key = draws.purpose_key(seed, replicate, PURPOSE[purpose])
        key = draws.subkey(key, draw) if draw else key
        return draws.subkey(key, part) if part else key

    # Sheets

    def sheets(self) -> list[dict]:
        """Return all statements: the run's, the other side's, copies by generation; numbered in this order."""
        made = [self.own(row) for row in self.statements]
        for one in list(made):
            made += self.handed_on(one)
        latest = list(made)
        for number, one in enumerate(made):
            one["made"] = number
        for generation in range(1, 7):
            latest = [copy for one in latest for copy in self.copied(one, generation)]
            for one in latest:
                one["made"] = len(made)
                made.append(one)
        return made

    def own(self, row: dict) -> dict:
        """Return a statement of the run as a sheet."""
        address = self.address_of(row)
        same = [other for other in self.statements if other["sitting"] == row["sitting"] >= 0]
        sheet = address
        if same:
            first = self.address_of(same[0])
            whole = (CHANNELS.index(same[0]["channel"]) + 1) * 2**43
            sheet = (first[0], first[1] if first[0] == NOBODY else whole, first[2])
        return {
            "root": row, "copy_of": -1, "copied": None, "other_side": False, "time": row["time"], "speaker": row["speaker"],
            "channel": row["channel"], "office": row["office"], "stated": False, "at": address, "sheet": sheet,
        }  # fmt: skip

    def address_of(self, row: dict) -> tuple[int, int, int]:
        """Return who, whom with the channel, and the day."""
        who = self.people[row["speaker"]]["address"] if row["speaker"] >= 0 else NOBODY
        whom = self.people[row["subject"]]["address"] + (CHANNELS.index(row["channel"]) + 1) * 2**43
        return who, whom, math.floor(row["time"]) % 2**32

    def agent(self, person: int) -> tuple[bool, bool]:
        """Return whether an informer is covered, and serves two sides."""
        u = self.four("sides", (self.people[person]["address"], 0, 0))
        covered = u[0] < self.rules["agents"]["covered"]
        return covered, covered and u[1] < self.rules["agents"]["two_sides"]

    def handed_on(self, one: dict) -> list[dict]:
        """Return the other side's paper of a report, if there is one."""
        if one["channel"] != "report" or one["speaker"] < 0 or not self.agent(one["speaker"])[1]:
            return []
        u = self.four("handed_on", one["at"])
        if u[0] >= self.rules["agents"]["both"]:
            return []
        at = (one["at"][0], one["at"][1] % 2**43 + (CHANNELS.index("document") + 1) * 2**43, one["at"][2])
        time = one["time"] - math.log(u[1]) * self.rules["agents"]["delay"]
        return [{**one, "copy_of": one["root"]["statement"], "copied": "other side", "other_side": True, "time": time,
                 "channel": "document", "at": at, "sheet": at}]  # fmt: skip

    def copied(self, one: dict, generation: int) -> list[dict]:
        """Return the copy of a sheet, if there is one."""
        rules = self.rules["copies"]
        at = (one["at"][0] % 2**43 + generation * 2**43, one["at"][1], one["at"][2])
        u, more, n = self.four("copy", at), self.four("copied", at), len(self.offices)
        if u[0] >= rules["rate"]:
            return []
        office = one["office"]
        if n > 1 and office >= 0 and more[2] < rules["elsewhere"]:
            office = (office + 1 + int(more[1] * (n - 1))) % n
        return [{
            **one, "copy_of": one["made"], "copied": "copy", "time": one["time"] - math.log(u[1]) * rules["delay"],
            "speaker": one["speaker"] if u[2] < rules["signed"] else -1, "channel": "document", "office": office,
            "stated": more[0] < rules["stated"], "at": at, "sheet": at,
        }]  # fmt: skip

    # Who stands there

    def speaker(self, one: dict) -> tuple | None:
        """Return person and entry under which the speaker stands."""
        person, root = one["speaker"], one["root"]
        if person < 0:
            return None
        if root["channel"] != "report" or not self.agent(person)[0]:
            return person, *OWN
        side, number, rate = int(one["other_side"]), 0, self.rules["agents"]["changes"]
        if rate > 0:
            key, address, passed = self.key("cover_change"), self.people[person]["address"], 0.0
            while (passed := passed + draws.exponential(key, address, side, number) * (365.25 / rate)) <= root["time"]:
                number += 1
        return person, "code name", side, number

    def subject(self, one: dict) -> tuple:
        """Return person and entry under which the subject stands."""
        person, rules = one["root"]["subject"], self.rules["names"]
        u = self.four("mention", one["at"])
        if u[0] < rules["split"] and self.is_named(person):
            return person, "spelling", -1, 1 + int(u[1] * rules["spellings"])
        return person, *OWN

    def is_joined(self, who: tuple) -> bool:
        """Return whether the archive's own index joins an alias."""
        person, kind, side, number = who
        code = {"spelling": 1, "code name": 2}[kind] * 4 + side + 1
        share = self.rules["names" if kind == "spelling" else "agents"]["joined"]
        return self.four("indexed", (self.people[person]["address"], code, number))[0] < share

    # Names

    def is_named(self, person: int) -> bool:
        """Return whether a person's name was recorded."""
        return self.four("name", (self.people[person]["address"], 0, 0), 2)[0] < self.rules["names"]["recorded"]

    def name(self, who: tuple) -> str | None:
        """Return the name of an entry as written."""
        person, kind, side, number = who
        words, latin, address = self.language["words"], self.language["transliterate"], self.people[person]["address"]
        if kind == "code name":
            u = self.four("cover", (address, side, number))
            covers = words.COVER_NAMES
            return f"{latin(covers[int(u[0] * len(covers))], 'bgn')}-{2 + int(u[1] * 98)}"
        if not self.is_named(person):
            return None
        rules = self.rules["names"]
        given, father, surname = self.borne(address)
        how, slip = (self.four("spelling", (address, 0, max(number, 0)), part) for part in (0, 1))
        scheme, total = "bgn", 0.0
        for name in ("iso9", "loc", "german", "polish"):
            scheme = name if total <= how[0] < total + rules["schemes"][name] else scheme
            total += rules["schemes"][name]
        if slip[0] < rules["misheard"]:
            surname = self.language["misheard"](surname, int(slip[1] * 16))
        last = latin(surname, scheme)
        if slip[2] < rules["mistyped"]:
            last = self.language["mistyped"](last, int(slip[3] * 32))
        if how[1] < rules["initials"]:
            return f"{last} {latin(given[0][0], scheme)}. {latin(father[0], scheme)}."
        if how[1] < rules["initials"] + rules["no_patronymic"]:
            return f"{last} {latin(given[0], scheme)}"
        if how[2] < rules["diminutive"]:
            return f"{last} {latin(given[1], scheme)}"
        return f"{last} {latin(given[0], scheme)} {latin(father, scheme)}"

    def borne(self, address: int) -> tuple:
        """Return given name with its diminutive, patronymic and surname in Cyrillic."""
        words = self.language["words"]
        u, v = self.four("name", (address, 0, 0)), self.four("name", (address, 0, 0), 1)
        sex = int(u[0] >= 0.5)
        stem = words.STEMS[int(u[3] ** 2 * len(words.STEMS))]
        given = words.GIVEN[sex][int(u[1] ** 2 * len(words.GIVEN[sex]))]
        father = words.FATHERS[int(u[2] ** 2 * len(words.FATHERS))][sex]
        return given, father, stem + words.ENDINGS[int(v[0] * len(words.ENDINGS))][sex]

    # What becomes of a sheet

    def lost_by(self, sheet: tuple, time: float, office: int, kept: float) -> str | None:
        """Return by what a sheet was lost."""
        by = "selection" if kept < 1 and self.four("selection", sheet)[0] >= kept else None
        for place, fire in enumerate(self.rules["losses"]["fires"]):
            there = not fire["regions"] or (office >= 0 and self.offices[office] in fire["regions"])
            first, last = ((fire[end] - self.epoch).days for end in ("start", "end"))
            if there and first <= time < last and self.four("fire", sheet, place + 1)[0] < fire["share"]:
                by = "fire"
        return by

    def dated(self, sheet: tuple, time: float) -> tuple[float | None, str]:
        """Return time and precision as written, from one known to the hour."""
        known, u = "instant", self.four("precision", sheet)
        for step, name in enumerate(("day", "month", "year", "unknown")):
            if u[step] >= self.rules["dates"][name]:
                break
            known = name
        day = self.epoch + dt.timedelta(math.floor(time))
        first = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}
        if known == "unknown":
            return None, known
        return (float((first[known] - self.epoch).days), known) if known in first else (time, known)

    def place(self, sheet: tuple, dated: tuple[float | None, str], is_moved: bool) -> float:
        """Return where a sheet stands on the shelf."""
        time, known = dated
        if not is_moved:
            return 0.0
        if known == "instant" and time is not None:
            return time
        return (1e9 if time is None else math.floor(time)) + self.four("shelf", sheet)[0]

    # The whole

    def written(self) -> dict:
        """Return what survives and what is lost, described by who stands behind it."""
        made = self.sheets()
        losses, dates = self.rules["losses"], self.rules["dates"]["day"] > 0
        lost, kept = {}, []
        for one in made:
            by = self.lost_by(one["sheet"], one["time"], one["office"], losses["statements"][one["channel"]])
            dated = self.dated(one["sheet"], one["time"])
            if by:
                lost[one["made"]] = by
            else:
                kept.append((self.place(one["sheet"], dated, dates or len(made) > len(self.statements)), one, dated))
        kept.sort(key=lambda each: each[0])
        statements = [
            (one["made"], *dated, one["channel"], one["office"], self.entry(self.speaker(one)), self.entry(self.subject(one)),
             one["copy_of"], one["copied"], one["stated"])
            for _, one, dated in kept
        ]  # fmt: skip
        lost_acts, acts = self.written_acts({each[0] for each in statements})
        mentions = {who for _, one, _ in kept for who in (self.speaker(one), self.subject(one)) if who}
        joined = {who for who in mentions if who[1] != "own" and self.is_joined(who)}
        return {
            "statements": statements, "lost": lost, "acts": acts, "lost_acts": lost_acts,
            "entries": self.entries(mentions - joined, {who[0] for who in joined} | {act[3] for act in acts}),
            "aliases": {(who[0], self.name(who), who[1]) for who in joined},
        }  # fmt: skip

    def entries(self, mentions: set[tuple], under_own: set[int]) -> dict[tuple, str | None]:
        """Return the entries of the archive with their names: who is mentioned so, and who was never mentioned at all."""
        before = {row[name] for row in self.statements for name in ("speaker", "subject")} | {
            a["person"] for a in self.acts
        }
        tied = {tie[end] for tie in self.ties for end in ("a", "b")}
        plain = under_own | tied | set(range(len(self.people))) - before
        return {who: self.name(who) for who in mentions | {(person, *OWN) for person in plain}}

    def entry(self, who: tuple | None) -> tuple | None:
        """Return the entry to which a mention leads: the own one where there is no alias or the index joins it."""
        return who if who is None or who[1] == "own" or not self.is_joined(who) else (who[0], *OWN)

    def written_acts(self, there: set[int]) -> tuple[dict, list[tuple]]:
        """Return acts lost, and those kept: number, date, person, and the statement it rests on if that survives."""
        lost, kept = {}, []
        for row in self.acts:
            kind = 7 * 2**43 + ACT_KINDS.index(row["kind"]) + 1
            if row["kind"] == "interrogation" and row["sitting"] >= 0:
                kind = (CHANNELS.index("interrogation") + 1) * 2**43
            sheet = (self.people[row["person"]]["address"], kind, math.floor(row["time"]) % 2**32)
            by = self.lost_by(sheet, row["time"], row["office"], self.rules["losses"]["acts"][row["outcome"]])
            dated = self.dated(sheet, row["time"])
            if by:
                lost[row["act"]] = by
            else:
                rests = row["statement"] if row["statement"] in there else -1
                kept.append(
                    (
                        self.place(sheet, dated, self.rules["dates"]["day"] > 0),
                        (row["act"], *dated, row["person"], rests),
                    )
                )
        return lost, [each for _, each in sorted(kept, key=lambda each: each[0])]
