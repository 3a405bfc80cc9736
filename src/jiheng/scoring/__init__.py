"""Evaluation and pack to scorecard: ``interpret`` settles the case, ``score`` gives each point with its trace and clause."""

from jiheng.scoring.explain import explain
from jiheng.scoring.interpret import case_of, interpret
from jiheng.scoring.score import all_treatments, score
from jiheng.scoring.waivers import parse_waiver

__all__ = ["all_treatments", "case_of", "explain", "interpret", "parse_waiver", "score"]
