"""Classifiers: training, soft-voting ensembles and their accuracy. The learning is scikit-learn's."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from l1kernel.errors import L1TypeError, L1ValueError
from l1kernel.runtime.registry import builtin, l1_type
from l1kernel.runtime.values import article, is_list, plain, type_name
from l1kernel.stdlib.arguments import frame_of
from l1kernel.stdlib.tables import table

TARGETS = ("label", "target")  # the column to learn, the first of these that a table has


@l1_type("Model", fields=("kind", "columns", "target", "classes", "samples"), methods=("predict",))
@dataclass(frozen=True, slots=True)
class Model:
    """A trained classifier, or several that vote.

    ``members`` are fitted scikit-learn classifiers over ``columns`` in this order; the chances they give to each of
    ``classes`` are averaged. ``samples`` is the number of rows learnt from, those of an ensemble added up.
    """

    members: tuple[Any, ...]
    columns: list[str]
    target: str
    classes: list[Any]
    samples: int

    @property
    def kind(self) -> str:
        return "classifier" if len(self.members) == 1 else f"ensemble of {len(self.members)}"

    def predict(self, data: Any) -> list[Any]:
        """The most likely class of each row of a table."""
        if not len(frame_of(data, "predict")):
            return []
        return [self.classes[at] for at in self._chances(data).argmax(axis=1)]

    def _chances(self, data: Any) -> Any:
        """The average chance of each class, an array of rows by classes."""
        import numpy as np

        inputs = _inputs(data, self.columns)
        place = {label: at for at, label in enumerate(self.classes)}
        total = np.zeros((len(inputs), len(self.classes)))
        for member in self.members:
            total[:, [place[plain(label)] for label in member.classes_]] += member.predict_proba(inputs)
        return total / len(self.members)

    def l1_text(self) -> str:
        return f"<Model {self.kind} of {self.target} by {', '.join(self.columns)}, from {self.samples} rows>"


def train(data: Any = None) -> Model:
    """Fit a classifier (logistic regression on standardised columns) to the column ``label``, or ``target``.

    Missing numbers count as the column's average.

    Raises:
        L1ValueError: no data, no column to learn, one class only, a label that is missing or no class.
        L1TypeError: a column that does not hold numbers.
    """
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if data is None:
        raise L1ValueError("no data given", hint='pass a table with a column "label"')
    frame = frame_of(table(data) if isinstance(data, (list, dict)) else data, "train")
    target = _target(frame)
    columns = [str(name) for name in frame.columns if name != target]
    if not columns:
        raise L1ValueError(f'The table has only the column "{target}"', hint="it needs columns to learn from")
    labels = _labels(frame, target)
    inputs = _inputs(frame, columns)
    classifier = make_pipeline(
        SimpleImputer(keep_empty_features=True), StandardScaler(), LogisticRegression(max_iter=1000)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn's advice on convergence is in its own words
        classifier.fit(inputs, labels)
    return Model((classifier,), columns, target, [plain(label) for label in classifier.classes_], len(frame))


@builtin("train_model", area="models")
def train_model(data: Any) -> Model:
    """Train a classifier on a table whose column `label` (or `target`) says what to learn from the others."""
    return train(data)


@builtin("aggregate_models", area="models")
def aggregate_models(models: Any) -> Model:
    """Make one model of several that learnt the same columns: it averages the chances they give to each class."""
    if not is_list(models):
        raise L1TypeError(f"aggregate_models needs a List of Models, not {article(type_name(models))}")
    if not models:
        raise L1ValueError("There is no model to aggregate: the list is empty")
    for at, model in enumerate(models):
        if not isinstance(model, Model):
            raise L1TypeError(f"Item {at} of the list is {article(type_name(model))}, not a Model")
    first = models[0]
    for at, model in enumerate(models[1:], 1):
        if set(model.columns) != set(first.columns) or model.target != first.target:
            raise L1ValueError(
                f"Model {at} learnt {model.target} from {', '.join(model.columns)}; "
                f"model 0 learnt {first.target} from {', '.join(first.columns)}",
                hint="only models of the same columns can vote together",
            )
    return _ensemble(models)


def _ensemble(models: Sequence[Model]) -> Model:
    """The members of all, asked with the columns in the order each one learnt."""
    first = models[0]
    members = [
        member
        if model.columns == first.columns
        else _Reordered(member, [first.columns.index(c) for c in model.columns])
        for model in models
        for member in model.members
    ]
    classes = list(dict.fromkeys(label for model in models for label in model.classes))
    return Model(tuple(members), first.columns, first.target, classes, sum(model.samples for model in models))


@dataclass(frozen=True, slots=True)
class _Reordered:
    """A classifier that learnt the same columns in another order."""

    classifier: Any
    order: list[int]

    @property
    def classes_(self) -> Any:
        return self.classifier.classes_

    def predict_proba(self, inputs: Any) -> Any:
        return self.classifier.predict_proba(inputs[:, self.order])


@builtin("evaluate_model", area="models")
def evaluate_model(model: Any, data: Any) -> float:
    """Give the accuracy of a model: the share of the table's rows whose label it predicts, from 0 to 1."""
    if not isinstance(model, Model):
        raise L1TypeError(f"evaluate_model needs a Model, not {article(type_name(model))}", hint="evaluate_model(m, t)")
    frame = frame_of(table(data) if isinstance(data, (list, dict)) else data, "evaluate_model")
    if not len(frame):
        raise L1ValueError("The table to evaluate on has no rows")
    target = model.target if model.target in frame.columns else _target(frame)
    right: list[bool] = [
        guess == plain(label) for guess, label in zip(model.predict(frame), frame[target].tolist(), strict=True)
    ]
    return sum(right) / len(right)


@builtin("predict", area="models")
def predict(model: Any, data: Any) -> list[Any]:
    """Give the class that the model predicts for each row of the table: the same as model.predict(table)."""
    if not isinstance(model, Model):
        raise L1TypeError(f"predict needs a Model, not {article(type_name(model))}")
    return model.predict(data)


def _target(frame: Any) -> str:
    for name in TARGETS:
        if name in frame.columns:
            return name
    listed = ", ".join(str(name) for name in frame.columns)
    raise L1ValueError(
        'The table has no column "label" or "target" with the right answers', hint=f"its columns: {listed}"
    )


def _labels(frame: Any, target: str) -> Any:
    labels = frame[target]
    missing = int(labels.isna().sum())
    if missing:
        raise L1ValueError(f'The column "{target}" has {missing} missing values', hint="leave those rows out first")
    if labels.dtype.kind == "f" and not bool((labels % 1 == 0).all()):
        raise L1ValueError(
            f'The column "{target}" holds measurements, not classes', hint="make classes of it, like x > 10"
        )
    if labels.nunique() < 2:
        what = f"only the value {plain(labels.iloc[0])}" if len(labels) else "no rows"
        raise L1ValueError(f'The column "{target}" holds {what}', hint="a classifier needs at least two classes")
    return labels.to_numpy()


def _inputs(data: Any, columns: list[str]) -> Any:
    """The columns that a model learnt, as an array of Floats."""
    import numpy as np

    frame = frame_of(data, "The model")
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise L1ValueError(
            f"The table lacks the columns {', '.join(missing)} that the model learnt from",
            hint=f"it needs {', '.join(columns)}",
        )
    for name in columns:
        if frame[name].dtype.kind not in "iufb":
            raise L1TypeError(
                f'The column "{name}" does not hold numbers', hint="leave it out: select(table, [...]), or number it"
            )
    inputs = frame[columns].to_numpy(dtype=float)
    if np.isinf(inputs).any():
        raise L1ValueError("A column holds infinite numbers", hint="leave those rows out first")
    return inputs
