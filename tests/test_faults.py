"""The fault matrix: at no moment does the failure of any stage put the room on an output, and all comes back by itself."""

from __future__ import annotations

import faults
import numpy as np
import pytest
from faults import FAULTS, MOMENTS, NOT_TELLABLE, PICTURES, ROOMS, Outcome

from vbg.frame import Frame

ENDS = {("camera", "unplugged"), ("model", "cannot load"), ("output", "fails, stays away")}
"""What cannot even be started with: one error with a hint, and no frame."""

NO_CARD = {"everything is person", "nobody is there", "other size", "area jumps"}
"""What is answered otherwise than by a card: by the background alone, or by the person as before."""


@pytest.fixture(scope="module")
def found() -> dict[tuple[int, str], Outcome]:
    return faults.outcomes(workers=4)


def test_the_room_is_found_where_a_fifth_of_it_shows() -> None:
    room, blue = ROOMS[0], np.array(faults.BLUE)
    assert faults.kind(Frame(PICTURES[0], 0, 0.0)) == "ROOM"
    for share, expected in ((0.25, True), (0.0, False)):
        mixed = (share * room + (1 - share) * blue).astype(np.uint8)
        assert faults.leak(mixed) is expected


@pytest.mark.parametrize("index", range(len(FAULTS)), ids=[f"{fault.stage}: {fault.name}" for fault in FAULTS])
def test_no_fault_shows_the_room_and_all_comes_back(index: int, found: dict[tuple[int, str], Outcome]) -> None:
    fault = FAULTS[index]
    for moment in MOMENTS:
        outcome = found[index, moment]
        where = f"{fault.stage}: {fault.name}, {moment}: {outcome}"
        assert not outcome.leaked, where
        assert not outcome.promises, f"{where}; {outcome.promises}"
        assert bool(outcome.error) == (moment == "start" and (fault.stage, fault.name) in ENDS), f"{where}; {outcome.error}"
        if outcome.error or moment == "stop" or (fault.name, moment) in NOT_TELLABLE:
            continue
        assert outcome.back_s is not None, f"the person never came back; {where}"
        if fault.stage == "output":
            continue
        assert outcome.reopened == (moment == "size change"), f"the output was closed; {where}"
        if fault.name == "driver hangs" and moment == "start":
            continue  # the output's size is the camera's: nothing is open yet
        if faults.stops(fault) and fault.name not in NO_CARD:
            assert "card" in outcome.went, where
        if fault.name == "area jumps":
            assert outcome.went == ["person"], where
