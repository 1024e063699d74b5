"""What a random number is for: part of its address. Numbers are fixed for ever; new purposes get new numbers."""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Purpose(IntEnum):
    """Purposes of draws; the value is part of the address and must never change."""

    STRATUM = 1
    INFORMER = 2
    MEMBER = 3
    UNIT_TIES = 4
    REGION_TIES = 5
    COUNTRY_TIES = 6
    FELLOWS = 7
    LISTED = 8
    REWIRE = 9
    STATE_WORK = 10
    STATE_PATRONS = 11
    STATE_FAR = 12
    DENUNCIATIONS = 20
    DENOUNCER = 21
    DENOUNCED = 22
    MOTIVE = 23
    REPORTS = 24
    REPORTER = 25
    REPORTED = 26
    ALARM = 27
    ACCIDENTS = 28
    PLACE = 29
    SUSPICION = 30
    SABOTAGE = 31
    REGISTER = 40
    QUOTA = 41
    CATEGORY = 42
    REQUEST = 43
    ANSWER = 44
    PRESSED = 45
    WAIT = 46
    ORDER = 47
    HANDED_OVER = 48
    SITTING = 60
    CONFESSION = 61
    NAMES = 62
    NAMED = 63
    POOL = 64
    EACH = 65
    ROUTE = 80
    DELAY = 81
    SENTENCE = 82
    REVIEW = 83
    SUCCESSOR = 84
    DEATH_IN_CUSTODY = 85
    HOUR = 90
    SHAM_AGENT = 100
    APPROACHES = 101
    APPROACHED = 102
    JOINED = 103
    SHAM_MEETINGS = 104
    VETTING = 105
    LURE = 106
    LURED = 107
    SHAM_ARREST = 108
    DEFECTION = 109
    INVENTED = 110
    ATTEMPTS = 111
    SUCCESS = 112
    PARTY = 113
    SEEN = 114
    SHAM_HOUR = 115
    MOVED = 116
    MOVER = 117
    MEETINGS = 118
    MEETING_UNIT = 119
    SUPPORT = 120
    FLOOR = 121
    PAPERS = 122
    PAPER = 123
    COPIES = 124
    BENCH = 125
    SUSPECTED = 126
    NAMED_PERSON = 127
    SABOTEUR = 128
    READERS = 129
    CONTROLS = 180
    REPLAY = 181
    RECOVER_MEMBER = 190
    RECOVER_NAMES = 191
    RECOVER_RATES = 192
    RECOVER_TALK = 193
    RECOVER_FAME = 194
    RECOVER_REPLAY = 195
    NAME = 200
    SPELLING = 201
    MENTION = 202
    COVER = 203
    COVER_CHANGE = 204
    SIDES = 205
    HANDED_ON = 206
    COPY = 207
    COPIED = 208
    PRECISION = 209
    FIRE = 210
    SELECTION = 211
    SHELF = 212
    INDEXED = 213
    LATENT = 240
    BOOTSTRAP = 241
    PARTITION = 242
    COMPARED = 243
