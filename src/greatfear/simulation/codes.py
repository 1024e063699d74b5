"""Every integer code of the simulation, once: those of the record are places in the lists of its schema.

Kernels compare and store these numbers; tables turn them back into words with the same lists. Counters are places in
`State.meter`, sizes are those of arrays in `greatfear.simulation.state`.
"""

from __future__ import annotations

from greatfear.record.schema import ACT_KINDS, CAUSES, CHANNELS, OUTCOMES
from greatfear.simulation.truth_schema import MOTIVES

# ways on which a statement reaches an office
DENUNCIATION, REPORT, INTERROGATION, DOCUMENT, ACCIDENT = (
    CHANNELS.index(word) for word in ("denunciation", "report", "interrogation", "document", "accident")
)

# acts of an office, and what an arrest rests on
ARREST, SITTING, SENTENCE, RELEASE, DEATH_ACT = (
    ACT_KINDS.index(word) for word in ("arrest", "interrogation", "sentence", "release", "death")
)
BY_STATEMENT, BY_REGISTER, BY_ORDER, BY_SHAM, NO_CAUSE = (
    CAUSES.index(word) for word in ("statement", "register", "order", "sham", "none")
)

# what comes of an act
DEATH, CAMP, EXILE, OTHER, RELEASED, CONFESSED, DENIED, NO_OUTCOME = (
    OUTCOMES.index(word) for word in ("death", "camp", "exile", "other", "released", "confessed", "denied", "none")
)
PENALTIES = 4
"""The outcomes before `RELEASED`, of which a board gives shares."""
FIRST_OWN = len(OUTCOMES)
"""Code of the first outcome of the scenario's own; a board gives shares of these behind those of the penalties."""

# why a statement was made
PRESSED, CONVICTION, SELF_PROTECTION, MALICE, REWARD, NO_MOTIVE = (
    MOTIVES.index(word) for word in ("pressed", "conviction", "self-protection", "malice", "reward", "none")
)

# where a person stands: free, held, or 2 + outcome of the sentence; 2 + no outcome: dead before the
# sentence; who was judged is back from the day `until` on
FREE, HELD, JUDGED = 0, 1, 2
GONE = 127
"""Went abroad, for good: no office can fetch the person."""

# when a confession counts as evidence before a board, and how many names a sitting yields
CONFESSIONS = ("none", "enough", "needed")
ENOUGH, NEEDED = (CONFESSIONS.index(word) for word in ("enough", "needed"))
COUNT_RULES = ("negative-binomial", "poisson", "each")
NEGATIVE_BINOMIAL, POISSON, EACH = (COUNT_RULES.index(word) for word in COUNT_RULES)

# whom a list of an operation or order holds, as the centre sees it
FILES = ("suspects", "register", "none")
OF_SUSPECTS, OF_REGISTER, OF_NOBODY = (FILES.index(word) for word in FILES)

# chains of persons in a calendar or a queue: `after` of who is in none, and of the last one
IN_NO_CHAIN, LAST_OF_CHAIN = -1, -2

# counters, by place in `State.meter`
METER = (
    "people",
    "statements",
    "acts",
    "sittings",
    "open_named",
    "arrests",
    "named_new",
    "true_new",
    "senior_arrests",
    "members_arrested",
    "filed",
    "off_file",
    "off_register",
    "confessions",
)
(
    N_PEOPLE, N_STATEMENTS, N_ACTS, N_SITTINGS, N_OPEN_NAMED, N_ARRESTS, N_NAMED_NEW, N_TRUE_NEW, N_SENIOR_ARRESTS,
    N_MEMBERS_ARRESTED, N_FILED, N_OFF_FILE, N_OFF_REGISTER, N_CONFESSIONS,
) = range(len(METER))  # fmt: skip

# what kept an office from doing more on a day, as bits of `office.bound`; boards are counted apart
LIMITS = ("arrests", "staff", "custody", "registers", "places")
BOUND_ARRESTS, BOUND_STAFF, BOUND_CUSTODY, BOUND_REGISTERS, BOUND_PLACES = (1 << k for k in range(len(LIMITS)))

# sizes
RING = 4096
"""How many of the lately accused, and of the sentenced, an office keeps in mind."""
PROMPTS = 16
"""Most names that an office holds out to those who are questioned on one day."""
MOST_NAMES = 32
"""Most names of one sitting, except by the rule `each`."""
MOST_APPROACHES = 64
"""Most persons whom one agent approaches in a day."""
FOREVER = 1 << 30
"""A day that never comes."""
UNLIMITED = 1e8
"""A board that decides this many cases a day has no queue."""
STEEPEST = 50.0
"""Largest exponent of fear: beyond it a rate is bounded by something else anyway."""

# parts of the running number of a draw, so that draws for one purpose never share an address
TURNS = 1 << 16
"""Denouncers or informers of a region and day."""
MOVED_TURNS = 1 << 15
"""From here on the turns of a day belong to denouncers whom the fear of their unit moves."""
POOL_TURNS = 64
"""Draws from a pool in one sitting."""
ACCIDENT_TURNS = 64
"""Accidents of a region and day."""
MEETING_TURNS = 4096
"""Meetings of a region and day."""
HOUR_OF_ARREST, HOUR_OF_SENTENCE, HOUR_OF_ACCIDENT = 50, 60, 100
"""Which hour of a person's day is drawn; an hour of a statement has the number of its channel."""
BY_BUDGET = 1000
"""In place of a source: the office's own arrests, where a mean number is rounded."""
