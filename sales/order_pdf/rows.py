"""Rows: a baseline with its phrases, cut into labels and texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from .labels import Segment, segments_of
from .phrases import Line, Phrase, Token


@dataclass
class Row:
    """One baseline of a paper."""

    line: Line
    top: float = field(init=False)
    bottom: float = field(init=False)

    def __post_init__(self) -> None:
        self.top, self.bottom = self.line.top, self.line.bottom

    @property
    def phrases(self) -> list[Phrase]:
        """Phrases from left to right."""
        return self.line.phrases

    @cached_property
    def segments(self) -> list[Segment]:
        """Labels and texts from left to right."""
        return segments_of(self.line)

    @property
    def tokens(self) -> list[Token]:
        """Words from left to right."""
        return [token for phrase in self.line.phrases for token in phrase.tokens]

    @property
    def size(self) -> float:
        """Type size of the first phrase."""
        return self.line.size

    @property
    def text(self) -> str:
        """Text as a person would type it."""
        return self.line.text
