"""The product categories by which accounts are looked at as a whole."""

from collections.abc import Collection

from odoo.api import Environment
from odoo.fields import Domain


def top_of_categories(env: Environment) -> dict[int, int]:
    """:return: ``{category id: id of the one at the top that it belongs to}``"""
    # There are few, and the way up leads through all of them
    categories = env["product.category"].search_fetch([], ["parent_path"])
    return top_of_paths([[int(step) for step in each.parent_path.split("/")[:-1]] for each in categories])


def top_of_paths(paths: Collection[list[int]]) -> dict[int, int]:
    """
    :param paths: of all categories: the ids from the root to the category itself
    :return: ``{category id: id of the one at the top}``; a category that everything else is below is passed over

    >>> top_of_paths([[1], [1, 2], [1, 2, 3], [1, 4]])
    {1: 1, 2: 2, 3: 2, 4: 4}
    >>> top_of_paths([[1], [1, 2], [5]])
    {1: 1, 2: 1, 5: 5}
    """
    is_single = len({path[0] for path in paths}) == 1
    return {path[-1]: path[min(int(is_single), len(path) - 1)] for path in paths}


def sellable_categories(env: Environment) -> list[int]:
    """:return: ids of the categories that have products to be sold in the active company"""
    domain = Domain("sale_ok", "=", True) & Domain("company_id", "in", [False, env.company.id])
    groups = env["product.template"]._read_group(domain & Domain("categ_id", "!=", False), ["categ_id"])
    return [category.id for (category,) in groups]
