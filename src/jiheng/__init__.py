"""Jiheng 绩衡: reads, re-scores, explains and audits budget performance self-evaluation forms."""

__version__ = "0.1.0"
