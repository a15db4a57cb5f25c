from .powerpoint import PowerPoint
