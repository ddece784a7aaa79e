"""Pretell's fits as estimators of scikit-learn: in pipelines, cross-validation and grids, cloned and pickled like any other.

    import pretell
    pipeline = make_pipeline(pretell.Representation("factor", 5, unlabeled=u), LinearRegression())
    cross_val_score(pipeline, x, y)                           # pre-trained on u and the training rows of each fold

    pretell.MaskedRidge().fit(x).transform(new)               # every entry from the other entries of its row
"""

import numbers
import warnings

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, OneToOneFeatureMixin, TransformerMixin
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_array, check_is_fitted, validate_data
except ImportError:
    raise ImportError(
        "pretell's estimators need scikit-learn 1.6 or newer, the rest of pretell does not: pip install 'scikit-learn>=1.6'"
    ) from None
import numpy

import pretell

__all__ = ["MaskedRidge", "PlannedRepresentation", "PretellWarning", "Representation"]


class PretellWarning(UserWarning):
    """What makes a fit less trustworthy than it looks."""


class MaskedRidge(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Every column from all the others by ridge regression; `transform` reconstructs each entry from the rest of its row.

        A = argmin (1/n) ||X - X A||^2 + ridge ||A||^2,  diag A = 0          transform(x) = means + ((x - means) / scales) A * scales

    with n - 1 in the place of n where columns are centred; Ridge's alpha is that many times `ridge`. Cost: rows columns^2 + columns^3.
    Codes of k dimensions are `Representation("masked", k)`. Source: arXiv 2601.23208.

    Parameters: `ridge`, a penalty or "auto" (smallest exact leave-one-out error); `center`, take the columns' means out; `scale`, divide
    columns by their standard deviations. Attributes: `ridge_`, `weights_` (A), `means_`, `scales_`, `column_errors_` (mean squared
    leave-one-out error of each column), `leave_one_out_error_` (their mean).
    """

    def __init__(self, ridge="auto", *, center=True, scale=False):
        self.ridge = ridge
        self.center = center
        self.scale = scale

    def fit(self, X, y=None):
        """Fits to rows X; y is not used."""
        X = validate_data(
            self, X, dtype=[numpy.float64, numpy.float32], order="C", ensure_min_samples=2, ensure_min_features=2
        )
        if self.ridge != "auto" and not (isinstance(self.ridge, numbers.Real) and self.ridge >= 0):
            raise ValueError(f"ridge is {self.ridge!r}; give 'auto' or a penalty of 0 or more")
        model = _asked(pretell.masked_fit, X, self.ridge, center=self.center, scale=self.scale, quiet=True)
        _warn(model.warnings)
        self.ridge_, self.weights_, self.means_, self.scales_ = model.ridge, model.weights, model.means, model.scales
        self.column_errors_, self.leave_one_out_error_ = model.column_errors, model.leave_one_out_error
        return self

    def transform(self, X):
        """Each entry as the other entries of its row tell it."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[numpy.float64, numpy.float32], reset=False)
        found = self.means_ + (X - self.means_) / self.scales_ @ self.weights_ * self.scales_
        return found.astype(X.dtype, copy=False)

    def score(self, X, y=None):
        """Share of the squares of all entries about their means in fit, each in its column's scale, that `transform` tells; 1 at best."""
        found = self.transform(X)
        X = validate_data(self, X, dtype=numpy.float64, reset=False)
        total = (((X - self.means_) / self.scales_) ** 2).sum()
        left = (((X - found) / self.scales_) ** 2).sum()
        return 1 - left / total if total > 0 else float(left == 0)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class _Features(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """What has a `PlannedModel`."""

    def transform(self, X):
        """Features, rows x p."""
        check_is_fitted(self)
        return self.model_.transform(validate_data(self, X, dtype=numpy.float64, reset=False))

    @property
    def _n_features_out(self):
        arrays = self.model_.arrays
        if "component_centers" in arrays:
            components, inside = arrays["component_centers"].shape
            return components * (inside + 1)
        return arrays["components" if "components" in arrays else "center"].shape[1]

    def _more(self, X):
        """The unlabeled rows, as X."""
        if self.unlabeled is None:
            return None
        rows = check_array(self.unlabeled, dtype=numpy.float64, input_name="unlabeled")
        if rows.shape[1] != X.shape[1]:
            raise ValueError(f"unlabeled has {rows.shape[1]} features, X has {X.shape[1]}")
        return rows


class Representation(_Features):
    """Features by a method of your choice, pre-trained on rows that need no labels.

    Parameters: `method`, one of pca, pca-correlation, factor, factor-unit, factor-analysis, mixture, masked, spectral, or none and ridge
    (columns of mean 0 and deviation 1); `size`, how many components, factors or directions; `unlabeled`, rows to pre-train on beside
    those of each `fit`. What a plan chose is `Representation(plan.recommendation.method, plan.recommendation.size)`.
    Attributes: `model_`, a `pretell.PlannedModel`.
    """

    def __init__(self, method="pca", size=2, *, unlabeled=None):
        self.method = method
        self.size = size
        self.unlabeled = unlabeled

    def fit(self, X, y=None):
        """Fits to rows X and the unlabeled ones; y is not used."""
        plain = self.method in ("none", "ridge")
        few = 1 if plain or self.method == "mixture" else 2
        X = validate_data(self, X, dtype=numpy.float64, ensure_min_samples=2, ensure_min_features=few)
        more = self._more(X)
        rows = X if more is None else numpy.concatenate([more, X])
        if plain:
            spread = rows.std(0)
            arrays = {"center": rows.mean(0, keepdims=True), "scale": numpy.where(spread > 0, spread, 1)[None]}
            self.model_ = pretell.PlannedModel(self.method, arrays)
        else:
            self.model_ = _asked(pretell.represent, rows, method=self.method, size=self.size, quiet=True)
            _warn(self.model_.warnings)
        return self


class PlannedRepresentation(_Features):
    """The features of the candidate that a plan for these rows and labels recommends, perhaps the columns as they are.

    Within cross-validation the choice is made anew on each fold's training rows, so that scores are those of following Pretell's advice.
    Where that is ridge or none, features are the columns with mean 0 and deviation 1: RidgeCV behind it suits either.

    Parameters: `methods`, a list of names or one text, pca and pca-correlation when left out; `size`, such as "1:10"; `unlabeled`, rows
    without labels; `head`, "softmax" where numbers in y are classes. Attributes: `plan_`, `model_`, `method_`, `size_`.
    """

    def __init__(self, methods=None, size=None, *, unlabeled=None, head=None):
        self.methods = methods
        self.size = size
        self.unlabeled = unlabeled
        self.head = head

    def fit(self, X, y):
        """Plans with rows X, labels y (numbers, or names of classes) and the unlabeled rows."""
        X, y = validate_data(self, X, y, dtype=numpy.float64, ensure_min_samples=2)
        words = y.dtype.kind not in "iuf"
        if words or self.head == "softmax":
            check_classification_targets(y)
        labels = numpy.array([str(label) for label in y], dtype=object) if words else y
        table = numpy.concatenate([X.astype(object) if words else X, labels[:, None]], axis=1)
        methods = self.methods if isinstance(self.methods, str) or self.methods is None else ",".join(self.methods)
        with pretell._Files() as files:
            self.plan_ = _asked(
                pretell.plan, self._more(X), table, target=X.shape[1] + 1, methods=methods, size=self.size, head=self.head,
                model=files.new(".npz"), quiet=True,
            )  # fmt: skip
        self.model_ = self.plan_.model
        self.method_, self.size_ = self.plan_.recommendation.method, self.plan_.recommendation.size
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


def _asked(question, *arguments, **options):
    """The answer; what is wrong with the input as a ValueError."""
    try:
        return question(*arguments, **options)
    except pretell.PretellError as error:
        if error.code in (1, 64, 65):
            raise ValueError(str(error).removeprefix("error: ")) from None
        raise


def _warn(cautions):
    for caution in cautions:
        warnings.warn(f"{caution.message} {caution.remedy or ''}".strip(), PretellWarning, stacklevel=3)
