"""A linear SVM whose C is chosen by inner folds of training speakers. Nothing in it is random.

One SVM a class against the rest, with hinge loss and L2 penalty: w and b minimise 0.5 |w|^2 + C sum_i weight_i max(0, 1 - y_i (w x_i + b)).
It is fitted on the dot products of utterances, of which there are far fewer than features.
"""

import numpy as np
from sklearn.metrics import recall_score
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.class_weight import compute_sample_weight

C_GRID = [10 ** (exponent / 2) for exponent in range(-10, 1)]  # 1e-5 to 1, two a decade
MOST_INNER_FOLDS = 10


class Problem:
    """Utterances to train on and others to judge, all standardised with the mean and deviation of the former.

    values [utterances, features]; labels [utterances], integers from 0 to classes - 1; train and test are indices.
    Balanced, an utterance weighs n / (classes in train * n_class), otherwise 1.
    """

    def __init__(self, values, labels, train, test, classes, balanced):
        scaler = StandardScaler().fit(values[train])
        trained, tested = scaler.transform(values[train]), scaler.transform(values[test])
        self.gram = trained @ trained.T  # [train, train]
        self.gram_tested = tested @ trained.T  # [test, train]
        self.labels, self.classes = labels[train], classes
        self.weights = compute_sample_weight("balanced" if balanced else None, self.labels)

    def margins(self, c):
        """[test, classes]; the greatest is recognised. A class without training data is never."""
        margins = np.full((len(self.gram_tested), self.classes), -np.inf)
        present = np.unique(self.labels)
        if len(present) == 1:
            margins[:, present] = 0
            return margins
        for label in present:
            svm = SVC(C=c, kernel="precomputed").fit(self.gram, self.labels == label, self.weights)
            margins[:, label] = svm.decision_function(self.gram_tested)
        return margins


def ua(truth, predicted):
    """Mean recall of the classes that have a true utterance, in [0, 1]."""
    return recall_score(truth, predicted, labels=np.unique(truth), average="macro")


def inner_scores(values, labels, speakers, classes, balanced):
    """Mean UA of each C over folds of these speakers: one speaker a fold, or ten folds where there are more than ten speakers."""
    folds = GroupKFold(min(MOST_INNER_FOLDS, len(np.unique(speakers))))
    scores = []  # [inner folds, C]
    for train, test in folds.split(values, labels, speakers):
        problem = Problem(values, labels, train, test, classes, balanced)
        scores.append([ua(labels[test], problem.margins(c).argmax(axis=1)) for c in C_GRID])
    return np.mean(scores, axis=0)


def judge(values, labels, speakers, train, test, classes, balanced):
    """Margins [test, classes] of one fold, the C they were made with, the smallest of the best, and the mean UA of each C."""
    scores = inner_scores(values[train], labels[train], speakers[train], classes, balanced)
    c = C_GRID[int(scores.argmax())]
    return Problem(values, labels, train, test, classes, balanced).margins(c), c, scores


def softmax(margins):
    powers = np.exp(margins - margins.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
