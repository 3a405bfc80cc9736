"""An archive under two laws: what changes, where, by how much, and which words of the law make the difference.

``compared`` holds two judgements of the same forms side by side and gives ``Changes``, which add up in any order; ``work`` does it for one unit of
a job; ``facts`` puts words to the sums, and ``told`` and ``charts`` print them.
"""
