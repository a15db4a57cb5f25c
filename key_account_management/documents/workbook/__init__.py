"""The workbook of an account: a sheet per theme, native charts, formulas for what follows from other cells."""

from .workbook import Workbook
