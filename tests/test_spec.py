"""Every spec is a value: frozen, comparable, checked, saved and read back; each of its settings says what it is."""

from __future__ import annotations

import dataclasses
import math
import types
from dataclasses import dataclass
from typing import Any

import pytest

from vbg import cameras, effects, models, sinks
from vbg.errors import UsageError
from vbg.spec import Knob, checked, discover, from_table, knob, knobs, to_table

PACKAGES = (cameras, effects, models, sinks)
EVERY = [pytest.param(p, s, id=f"{p.__name__}.{n}") for p in PACKAGES for n, s in sorted(discover(p).items())]
EVERY_SPEC = [spec for package in PACKAGES for spec in discover(package).values()]
EVERY_KNOB = [pytest.param(s, name, k, id=f"{s.__name__}.{name}") for s in EVERY_SPEC for name, k in knobs(s).items()]


@pytest.mark.parametrize(("package", "spec"), EVERY)
def test_a_spec_is_a_frozen_documented_value(package: types.ModuleType, spec: Any) -> None:
    assert spec.__dataclass_params__.frozen
    assert (spec.__doc__ or "").strip()
    assert not spec.__doc__.startswith(f"{spec.__name__}("), "the docstring is dataclass's own"
    one = spec()  # every setting has a default
    hash(one)
    assert one == one
    if spec.__dataclass_params__.eq:
        assert one == spec()
        assert hash(one) == hash(spec())
    for name, shown in knobs(spec).items():
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(one, name, getattr(one, name))
        assert shown.label
        assert shown.help


@pytest.mark.parametrize(("package", "spec"), EVERY)
def test_every_plain_setting_is_a_knob_and_survives_the_settings_file(package: types.ModuleType, spec: Any) -> None:
    one = spec()
    values = {f.name: getattr(one, f.name) for f in dataclasses.fields(spec)}
    plain = {name for name, value in values.items() if isinstance(value, str | int | float)}
    assert plain == set(knobs(spec))
    if spec.__dataclass_params__.eq:
        assert plain == set(values), "a setting that no file can hold makes a spec incomparable"
        assert from_table(package, to_table(one)) == one


@pytest.mark.parametrize(("spec", "name", "shown"), EVERY_KNOB)
def test_a_value_of_the_wrong_kind_or_out_of_range_is_refused(spec: Any, name: str, shown: Knob) -> None:
    wrong: list[object] = [None, [], b"x", 1j]
    kind = type(getattr(spec(), name))
    wrong += [7, True] if kind is str else ["7"]
    if kind in (int, float):
        wrong += [True, math.nan, math.inf, -math.inf, 10**400]
        wrong += [] if shown.low is None else [shown.low - 1]
        wrong += [] if shown.high is None else [shown.high + 1]
    if shown.choices:
        wrong.append("none of these")
    for value in wrong:
        with pytest.raises(UsageError) as caught:
            spec(**{name: value})
        assert name in str(caught.value)
        assert caught.value.hint


@dataclass(frozen=True)
class Toaster:
    """For the tests below."""

    name = "toaster"
    minutes: float = knob(2.0, "Time", help="how long", unit="min", low=0.0, high=5.0)
    bread: str = knob("white", "Bread", help="which", choices=("white", "brown"))
    slices: int = knob(2, "Slices", help="how many", low=1)

    def __post_init__(self) -> None:
        checked(self)

    def open(self) -> None: ...


@pytest.fixture
def kitchen(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A package in which `discover` finds the toaster."""
    package = types.ModuleType("kitchen")
    monkeypatch.setattr("vbg.spec.discover", lambda _: {"toaster": Toaster})
    return package


def test_bounds_are_inclusive_and_a_whole_number_is_a_number() -> None:
    assert Toaster(minutes=0).minutes == 0
    assert Toaster(minutes=5.0).minutes == 5
    with pytest.raises(UsageError, match="between 0 and 5 min"):
        Toaster(minutes=5.01)
    with pytest.raises(UsageError, match="white, brown"):
        Toaster(bread="rye")
    with pytest.raises(UsageError, match="whole number"):
        Toaster(slices=1.5)  # type: ignore[arg-type]


def test_a_table_says_what_is_wrong_with_it(kitchen: types.ModuleType) -> None:
    assert from_table(kitchen, {"kind": "toaster", "bread": "brown"}) == Toaster(bread="brown")
    tables: list[tuple[dict[str, Any], str]] = [
        ({}, "unknown kitchen kind None; known: toaster"),
        ({"kind": "kettle"}, "'kettle'"),
        ({"kind": ["toaster"]}, "unknown"),
        ({"kind": "toaster", "colour": "red"}, "no setting 'colour'"),
        ({"kind": "toaster", "bread": "rye"}, "white, brown"),
    ]
    for table, message in tables:
        with pytest.raises(UsageError, match=message.replace("[", r"\[")):
            from_table(kitchen, table)


def test_discover_refuses_two_specs_of_one_name(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "twins_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for module in ("one", "two"):
        (package / f"{module}.py").write_text(
            "from dataclasses import dataclass\n@dataclass\nclass Twin:\n    name = 'twin'\n    def open(self): ...\n"
        )
    monkeypatch.syspath_prepend(tmp_path)
    import twins_package  # type: ignore[import-not-found]

    with pytest.raises(UsageError, match="are named 'twin'"):
        discover(twins_package)
