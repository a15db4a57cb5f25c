import math

from .sheet import FIRST, LINE_HEIGHT, Sheet

# Width of the definitions in characters; Excel does not fit the height of rows to wrapped text by itself
WIDTH = 100


class DefinitionsSheet(Sheet):
    def fill(self):
        self.sheet.set_column(0, 0, 38)
        self.sheet.set_column(1, 1, WIDTH)
        self.write_text(FIRST, 0, self.env._("Figure"), self.styles.head)
        self.write_text(FIRST, 1, self.env._("Definition"), self.styles.head)
        for row, figure in enumerate(self.data.figures.values(), FIRST + 1):
            self.write_text(row, 0, figure.name, self.styles.bold)
            self.write_text(row, 1, figure.formula, self.styles.wrapped)
            self.sheet.set_row(row, LINE_HEIGHT * math.ceil(len(figure.formula) / WIDTH))
        self.freeze(FIRST + 1, 0)
