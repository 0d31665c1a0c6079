"""Statements for answers that are being written, and for the servers that write them.

What comes is appended as pieces, so that keeping a long answer costs what it weighs; its end gathers them
into the message. Each takes an open connection, within whose transaction it works.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from services.errors import NotFound
from services.history.answer_json import read_answer, write_answer
from services.history.history import Growth, Piece
from services.history.rows import is_message, storable
from services.history.searching import replace_in_index
from services.history.tables import MESSAGES, PIECES, WRITERS
from services.history.writers import Writer, is_dead
from services.streaming.folding import Answer

FORGOTTEN_S = 86_400.0


def grow(connection: Connection, owner: str, pieces: Sequence[Piece]) -> None:
    """Append pieces of answers that are there and unfinished."""
    ids = {piece.message_id for piece in pieces}
    known = select(MESSAGES.c.id).where(
        MESSAGES.c.id.in_(ids), MESSAGES.c.owner == owner, MESSAGES.c.status == "streaming"
    )
    live = set(connection.scalars(known))
    rows = [
        {"message_id": piece.message_id, "position": piece.position, "text": storable(piece.text)}
        for piece in pieces
        if piece.message_id in live
    ]
    if rows:
        connection.execute(insert(PIECES), rows)


def finish(connection: Connection, owner: str, message_id: str, answer: Answer, ended_at: float) -> None:
    """The answer as it ended, in place of its pieces."""
    key = connection.scalar(select(MESSAGES.c.key).where(is_message(owner, message_id)))
    if key is None:
        return
    text = storable(answer.words)
    ended = {"text": text, "status": answer.status, "answer": write_answer(answer), "ended_at": ended_at}
    connection.execute(update(MESSAGES).where(MESSAGES.c.key == key).values(**ended, writer_id=None))
    connection.execute(delete(PIECES).where(PIECES.c.message_id == message_id))
    replace_in_index(connection, key, text)


def read_growth(connection: Connection, owner: str, message_id: str, position: int) -> Growth:
    """The pieces from `position` on."""
    status = connection.scalar(select(MESSAGES.c.status).where(is_message(owner, message_id)))
    if status is None:
        raise NotFound(message_id)
    newer = select(PIECES).where(PIECES.c.message_id == message_id, PIECES.c.position >= position)
    rows = connection.execute(newer.order_by(PIECES.c.position)).all()
    next_position = rows[-1].position + 1 if rows else position
    return Growth(text="".join(row.text for row in rows), next_position=next_position, is_live=status == "streaming")


def ask_to_stop(connection: Connection, owner: str, message_id: str) -> None:
    """Leave word for the server that writes the answer."""
    asked = update(MESSAGES).where(is_message(owner, message_id)).values(is_stop_asked=True)
    if connection.execute(asked).rowcount == 0:
        raise NotFound(message_id)


def beat(connection: Connection, writer: Writer) -> None:
    """Say that the server lives."""
    now = time.time()
    if connection.execute(update(WRITERS).where(WRITERS.c.id == writer.id).values(beat_at=now)).rowcount == 0:
        row = {"id": writer.id, "host": writer.host, "pid": writer.pid, "beat_at": now}
        connection.execute(insert(WRITERS), row)


def stops_asked(connection: Connection, writer: Writer) -> tuple[str, ...]:
    """Which of its answers are to be stopped."""
    mine = MESSAGES.c.writer_id == writer.id
    return tuple(connection.scalars(select(MESSAGES.c.id).where(mine, MESSAGES.c.is_stop_asked)))


def interrupt_dead(connection: Connection, writer: Writer) -> int:
    """Gather the pieces of answers whose server is dead, and mark them."""
    now = time.time()
    known = {row.id: row for row in connection.execute(select(WRITERS))}
    dead = {
        row.id
        for row in known.values()
        if is_dead(Writer(id=row.id, host=row.host, pid=row.pid), row.beat_at, writer, now)
    }
    live = select(MESSAGES).where(MESSAGES.c.status == "streaming")
    left = [row for row in connection.execute(live) if row.writer_id in dead or row.writer_id not in known]
    for row in left:
        pieces = select(PIECES.c.text).where(PIECES.c.message_id == row.id).order_by(PIECES.c.position)
        text = "".join(connection.scalars(pieces))
        answer = read_answer({**(row.answer or {}), "status": "interrupted"}, text)
        finish(connection, row.owner, row.id, answer, now)
    forgotten = WRITERS.c.id.in_(dead) & (WRITERS.c.beat_at < now - FORGOTTEN_S)
    connection.execute(delete(WRITERS).where(forgotten))
    return len(left)
