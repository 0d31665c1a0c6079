from __future__ import annotations

import pytest

from services.comparison.setup_json import NoSetup, read_setup, write_setup
from services.comparison.variants import Setup, Variant, filled, name_of
from services.streaming.request import Parameters


def _setup(*names: str) -> Setup:
    return Setup(variants=tuple(Variant(id=name, name=name, deployment="e/d", system_message=name) for name in names))


def _names(setup: Setup) -> list[str]:
    return [variant.name for variant in setup.variants]


def test_an_added_variant_takes_the_next_free_number() -> None:
    assert _names(_setup("#1", "C").add(Variant())) == ["#1", "C", "#2"]


def test_a_copy_stands_beside_its_original_with_a_name_of_its_own() -> None:
    setup = _setup("A", "B").duplicate("A")
    assert _names(setup) == ["A", "#1", "B"]
    assert setup.variants[1].is_like(setup.variants[0])
    assert setup.variants[1].id != "A"


def test_there_are_never_more_than_eight_nor_fewer_than_two() -> None:
    setup = _setup(*"ABCDEFGH")
    assert setup.add(Variant()) == setup.duplicate("A") == setup
    assert _setup("A", "B").remove("A") == _setup("A", "B")
    assert _names(_setup("A", "B", "C").remove("B")) == ["A", "C"]


def test_a_variant_moves_by_one_and_stays_at_the_edge() -> None:
    assert _names(_setup("A", "B", "C").move("A", 1)) == ["B", "A", "C"]
    assert _names(_setup("A", "B", "C").move("C", 1)) == ["A", "B", "C"]
    assert _names(_setup("A", "B", "C").move("nobody", 1)) == ["A", "B", "C"]


@pytest.mark.parametrize("what", ["deployment", "system_message", "parameters"])
def test_one_thing_can_be_made_the_same_for_all(what: str) -> None:
    own = Variant(id="A", deployment="e/other", system_message="mine", parameters=Parameters(temperature=0.5))
    setup = _setup("A", "B").change(own).same_for_all("A", what)
    assert getattr(setup.variants[1], what) == getattr(own, what)
    assert setup.variants[1].name == "B"


def test_variants_that_ask_the_same_are_found_whatever_they_are_called() -> None:
    setup = Setup(variants=(Variant(id="1", name="A"), Variant(id="2", name="B"), Variant(id="3", system_message="x")))
    (group,) = setup.equals()
    assert [variant.id for variant in group] == ["1", "2"]


def test_a_nameless_variant_is_called_by_its_place() -> None:
    assert name_of((Variant(id="x", name=" "), Variant(id="y")), "y") == "#2"


def test_the_base_is_the_one_named_or_else_the_first() -> None:
    setup = _setup("A", "B")
    assert setup.base_variant.id == "A"
    assert Setup(variants=setup.variants, base="B").base_variant.id == "B"


def test_a_set_up_is_read_back_as_it_was_written() -> None:
    setup = Setup(
        variants=(Variant(name="A", deployment="e/d", parameters=Parameters(temperature=0.5)), Variant(name="日本")),
        values={"製品": "せせらぎ"},
        input="Why?",
        base="x",
        is_blind=True,
    )
    assert read_setup(write_setup(setup)) == setup


@pytest.mark.parametrize(
    "value", [None, [], {}, {"variants": []}, {"variants": [{}]}, {"variants": [{}] * 9}, {"variants": [1, 2]}]
)
def test_what_is_no_set_up_is_refused(value: object) -> None:
    with pytest.raises(NoSetup):
        read_setup(value)


def test_ids_that_occur_twice_are_made_anew() -> None:
    setup = read_setup({"variants": [{"id": "x"}, {"id": "x"}]})
    assert setup.variants[0].id != setup.variants[1].id


def test_values_stand_in_the_message_that_is_sent() -> None:
    variant = Variant(system_message=" You help with {{product}}. ")
    assert filled(Setup(variants=(variant,), values={"product": "tea"}), variant) == "You help with tea."


def test_defaults_fill_only_what_has_no_value() -> None:
    setup = Setup(variants=(), values={"a": "mine", "b": ""}).with_defaults({"a": "default", "b": "default"})
    assert setup.values == {"a": "mine", "b": "default"}
