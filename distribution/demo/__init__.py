"""Invented data to try everything with: a maker of urology and vascular devices, told as of one day.

The same day gives the same rows, on every machine and both databases. What is wrong in the
data is wrong on purpose: ``faults`` lists each with what finds it.
"""
