"""Frames: whole again however the stream cuts them; errors survive the way."""

from __future__ import annotations

import socket
import threading

from hypothesis import given
from hypothesis import strategies as st

from coopgraph import errors
from coopgraph.errors import CoopgraphError, ServerBusy
from coopgraph.guard import frames

FRAMES = st.lists(
    st.tuples(st.integers(0, 255), st.binary(max_size=40), st.binary(max_size=200)), max_size=6
)


@given(FRAMES, st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    sent: list[frames.Frame], cuts: list[int]
) -> None:
    stream = b"".join(frames.pack(kind, meta, body) + body for kind, meta, body in sent)
    decoder, got, at = frames.FrameDecoder(), [], 0
    turn = 0
    while at < len(stream):
        size = min(cuts[turn % len(cuts)], decoder.size)
        assert size > 0
        got += decoder.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert got == sent


def test_a_large_frame_crosses_a_socket() -> None:
    body = bytes(range(256)) * 20_000
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def send() -> None:
            frames.send(theirs, frames.REPLY, b"{}", body)
            frames.send(theirs, frames.REPLY, b"[]", b"x")
            theirs.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        assert list(frames.receive(ours)) == [(frames.REPLY, b"{}", body), (4, b"[]", b"x")]
        sender.join()


@given(st.text(), st.text(), st.text())
def test_every_error_comes_back_as_it_was(fact: str, place: str, remedy: str) -> None:
    for known in vars(errors).values():
        if not (isinstance(known, type) and issubclass(known, CoopgraphError)):
            continue
        if known is errors.TablesInvalid:  # no job reads tables
            continue
        error = known(fact, place=place, remedy=remedy)
        again = frames.unpack_error(frames.pack_error(error))
        assert type(again) is known
        assert str(again) == str(error)
        assert vars(again) == vars(error)


def test_what_is_no_error_of_ours_is_not_made() -> None:
    for name in ("KeyError", "annotations", "nearest", "__builtins__", "Sequence"):
        made = frames.unpack_error(f'["{name}", "text", {{}}]'.encode())
        assert type(made) is CoopgraphError
    busy = frames.unpack_error(frames.pack_error(ServerBusy("full", retry_after_s=7)))
    assert isinstance(busy, ServerBusy)
    assert busy.retry_after_s == 7
