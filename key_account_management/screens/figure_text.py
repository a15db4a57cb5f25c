from ..figures.figure import Figure


def describe(kpi, data, formatter):
    """A figure as text: what screens show of it.

    :param kpi: its definition
    :param data: the figure as ``get_key_account_figures`` gives it
    :param formatter: a `Formatter` of the reader's language
    """
    figure = Figure(data["value"], data["previous"], unit=data["unit"])
    value, previous, change = formatter.texts(figure, kpi.unit)
    target = data.get("target")
    good = None
    if figure.change:
        good = (figure.change > 0) == (kpi.better == "up")
    return {
        "code": kpi.code,
        "name": kpi.name,
        "formula": kpi.formula,
        "audience": kpi.audience,
        "note": data["note"],
        "value": value,
        "previous": previous,
        "change": change,
        "good": good,
        "target": formatter.value(target, kpi.unit, data["unit"]) if target is not None else "",
        "met": data.get("met"),
    }
