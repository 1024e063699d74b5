"""Kernels: what each naming says of membership, and how much of it each part explains, at given rates.

A naming of j by i has the intensity  base + lure z_j + knowledge z_i z_j, where the base is linear in the features of the
naming (suggestion, repetition, reciprocity, hearsay, and five kinds of acquaintance), and the lure is the acquaintance
part once more, times omega - 1. A name is written once a sitting: its log-likelihood is log(exp(intensity) - 1).
"""

from __future__ import annotations

import math

from greatfear.draws._jit import lean_kernel, small_kernel

LINEAR = 9
"""Features of the base: suggestion, repetition, reciprocity, hearsay; kin, acquaintances, unit, region, all."""
OWN = 4
"""The first feature of acquaintance."""


@small_kernel
def _log_expm1(x):
    """Return log(exp(x) - 1) for x > 0."""
    return x + math.log(-math.expm1(-x)) if x < 40.0 else x


@lean_kernel
def pair_evidence(names, rates, persons, e):
    """Return what naming `e` says of speaker and subject together, in nats; see `membership_evidence`."""
    speaker, subject, cls, features, near = names
    linear, knowledge, where, omega = rates
    talk, fame = persons
    r, a = cls[e], talk[speaker[e]]
    known = a * knowledge[r] * (where[0] * near[e, 0] + where[1] * near[e, 1])
    if known <= 0.0:
        return 0.0
    base, own = 0.0, 0.0
    for f in range(OWN):
        base += linear[r, f] * features[e, f]
    for f in range(OWN, LINEAR):
        own += linear[r, f] * features[e, f]
    lured = a * (base + own * fame[subject[e]] * omega[r])
    lured = max(lured, 1e-12)
    return _log_expm1(lured + known) - _log_expm1(lured)


@lean_kernel
def intensities(names, rates, persons, member, out):
    """Write the intensity of each pair of a sitting and a person, at given memberships."""
    speaker, subject, cls, features, near = names
    linear, knowledge, where, omega = rates
    talk, fame = persons
    for e in range(speaker.size):
        i, j, r = speaker[e], subject[e], cls[e]
        base, own = 0.0, 0.0
        for f in range(OWN):
            base += linear[r, f] * features[e, f]
        for f in range(OWN, LINEAR):
            own += linear[r, f] * features[e, f]
        known = knowledge[r] * member[i] * member[j] * (where[0] * near[e, 0] + where[1] * near[e, 1])
        out[e] = talk[i] * (base + own * fame[j] * (1.0 + (omega[r] - 1.0) * member[j]) + known)


@lean_kernel
def subject_evidence(names, rates, persons, alone):
    """Add to `alone` what each naming says of its subject, by itself, in nats; only where omega is not 1."""
    speaker, subject, cls, features, _ = names
    linear, _, _, omega = rates
    talk, fame = persons
    for e in range(speaker.size):
        r = cls[e]
        if omega[r] == 1.0:
            continue
        base, own = 0.0, 0.0
        for f in range(OWN):
            base += linear[r, f] * features[e, f]
        for f in range(OWN, LINEAR):
            own += linear[r, f] * features[e, f]
        a = talk[speaker[e]]
        own *= a * fame[subject[e]]
        base = max(a * base + own, 1e-12)
        alone[subject[e]] += _log_expm1(base + own * (omega[r] - 1.0)) - _log_expm1(base)


@lean_kernel
def membership_evidence(names, rates, persons, alone, on_pair):
    """Write for each naming what it says of speaker and subject together, and add what it says of its subject alone.

    Parameters
    ----------
    names : (speaker, subject, cls, features, near)
        Arrays over namings; `features` has LINEAR columns, `near` 2 (same region, everywhere) for knowledge.
    rates : (linear, knowledge, where, omega)
        linear[class, feature], knowledge[class], where[2], omega[class].
    persons : (talk, fame)
        Factors of speakers and of subjects.
    alone : array over persons; on_pair : array over namings
        Output, nats.
    """
    subject_evidence(names, rates, persons, alone)
    for e in range(on_pair.size):
        on_pair[e] = pair_evidence(names, rates, persons, e)


@lean_kernel
def expect_counts(names, rates, persons, member, both, counts, parts):
    """Add up how often each part is expected to have brought a name, and write each naming's shares; return log-likelihood.

    Parameters
    ----------
    member : array over persons
        Probability of membership (0 or 1 in a sampler).
    both : array over namings
        Probability that speaker and subject are both members.
    counts : (linear, knowledge, where, lured)
        Output, as rates; `lured[class]`: namings that acquaintance with a member brought beyond others.
    parts : array (namings, 5)
        Output: knowledge, suggestion, repetition, hearsay, other; a row adds up to 1.
    """
    speaker, subject, cls, features, near = names
    linear, knowledge, where, omega = rates
    talk, fame = persons
    n_linear, n_knowledge, n_where, n_lured = counts
    total = 0.0
    for e in range(speaker.size):
        r, a = cls[e], talk[speaker[e]]
        phi = fame[subject[e]]
        base, own = 0.0, 0.0
        for f in range(OWN):
            base += a * linear[r, f] * features[e, f]
        for f in range(OWN, LINEAR):
            own += a * phi * linear[r, f] * features[e, f]
        base = max(base + own, 1e-12)
        here = a * knowledge[r] * where[0] * near[e, 0]
        there = a * knowledge[r] * where[1] * near[e, 1]
        lured = own * (omega[r] - 1.0)
        # Three states: neither matters, the subject is a member, both are.
        p2 = both[e]
        p1 = max(member[subject[e]] - p2, 0.0)
        p0 = max(1.0 - p1 - p2, 0.0)
        x0, x1 = base, base + lured
        x2 = x1 + here + there
        w0, w1, w2 = p0 / -math.expm1(-x0), p1 / -math.expm1(-x1), p2 / -math.expm1(-x2)
        weight = w0 + w1 + w2
        for f in range(OWN):
            n_linear[r, f] += weight * a * linear[r, f] * features[e, f]
        for f in range(OWN, LINEAR):
            n_linear[r, f] += (w0 + (w1 + w2) * omega[r]) * a * phi * linear[r, f] * features[e, f]
        n_lured[r] += (w1 + w2) * own * omega[r]
        n_knowledge[r] += w2 * (here + there)
        n_where[0] += w2 * here
        n_where[1] += w2 * there
        total += p0 * _log_expm1(x0) + p1 * _log_expm1(x1) + p2 * _log_expm1(x2)
        share = p0 / x0 + p1 / x1 + p2 / x2
        parts[e, 0] = p2 / x2 * (here + there)
        for f in range(2):
            parts[e, 1 + f] = share * a * linear[r, f] * features[e, f]
        parts[e, 3] = share * a * linear[r, 3] * features[e, 3]
        parts[e, 4] = max(1.0 - parts[e, 0] - parts[e, 1] - parts[e, 2] - parts[e, 3], 0.0)
    return total
