from .sheet import FIRST, LINE_HEIGHT, Sheet, fitting, lines

# Width of the definitions in characters, and how many letters of a sentence go into it
WIDTH, LETTERS = 100, 110


class DefinitionsSheet(Sheet):
    def fill(self) -> None:
        self.sheet.set_column(0, 0, fitting([figure.name for figure in self.data.figures.values()]))
        self.sheet.set_column(1, 1, WIDTH)
        self.write_text(FIRST, 0, self.env._("Figure"), self.styles.head)
        self.write_text(FIRST, 1, self.env._("Definition"), self.styles.head)
        for row, figure in enumerate(self.data.figures.values(), FIRST + 1):
            self.write_text(row, 0, figure.name, self.styles.bold)
            self.write_text(row, 1, figure.formula, self.styles.wrapped)
            self.sheet.set_row(row, LINE_HEIGHT * lines(figure.formula, LETTERS))
        self.freeze(FIRST + 1, 0)
