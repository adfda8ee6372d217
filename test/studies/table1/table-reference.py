"""Prints the numbers in table.test.ts, from the counts in made.ts, by NumPy 2.4 and SciPy 1.17.

    python test/studies/table1/table-reference.py
"""

import itertools

import numpy as np
from scipy import stats

SUPPORTS = np.array([[3, 1, 2, 2]] * 6, float)
COUNTS = {
    "gap": ("2011 2101 3010 1011 2011 2101", "2010 2111 2010 2011 2001 2001"),
    "attention": ("3111 3112 3021 2111 2021 3111", "3012 3111 3111 2022 3011 2121"),
}
HITS = {
    name: [np.array([[float(digit) for digit in speaker] for speaker in run.split()]) for run in runs]
    for name, runs in COUNTS.items()
}
EVERYONE = list(range(6))


def figures(hits, speakers=EVERYONE):
    """WA and UA."""
    right, all_ = hits[speakers].sum(0), SUPPORTS[speakers].sum(0)
    return np.array([right.sum() / all_.sum(), (right / all_).mean()])


def jackknife(hits):
    left = np.array([figures(hits, [s for s in EVERYONE if s != out]) for out in EVERYONE])
    reach = stats.t.ppf(0.975, 5) * np.sqrt(5 / 6 * ((left - left.mean(0)) ** 2).sum(0))
    return figures(hits) - reach, figures(hits) + reach


def permutation(difference):
    shares = (difference / SUPPORTS.sum(0)).sum(1) / 4
    swaps = [abs((np.array(signs) * shares).sum()) for signs in itertools.product([1, -1], repeat=6)]
    return shares.sum(), sum(swap >= abs(shares.sum()) - 1e-12 for swap in swaps) / 64


for name, (one, two) in HITS.items():
    seeds = np.array([figures(one), figures(two)])
    print(name, "seeds", seeds, "mean", seeds.mean(0), "deviation", seeds.std(0, ddof=1))
    print("  jackknife-t of the mean", jackknife((one + two) / 2))
mean = sum(HITS["attention"]) / 2 - sum(HITS["gap"]) / 2
print("difference of means: UA, p", permutation(mean), "jackknife-t", jackknife(mean))
print("of seed 2 alone: UA, p", permutation(HITS["attention"][1] - HITS["gap"][1]))
