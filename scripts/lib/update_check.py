"""Steps of scripts/update, run in Odoo's shell: works in a database, compares it after the update, uninstalls.

The environment says which: ``KAM_STEP`` is ``work``, ``compare``, ``uninstall`` or ``again``, when it was installed
again; what was there before is kept in the folder ``KAM_FOLDER``.
"""

import json
import os
from pathlib import Path

from lxml import etree

from odoo.tools import file_path

ADDON = "key_account_management"
# What is written unintentionally, and what is computed from the date
UNSTABLE = {"write_date", "write_uid", "create_date", "create_uid", "__last_update"}
# Views on which users build: what they added must be visible after the update, whatever the view is called then
VIEWS = (
    ("res.partner", "form", "//field[@name='key_account_status']"),
    ("res.partner", "list", "//field[@name='key_account_tier_id']"),
    ("key.account.review", "form", "//field[@name='planned_date']"),
    ("key.account.plan", "form", "//field[@name='target_revenue']"),
    ("key.account.care.measure", "form", "//field[@name='date_end']"),
)
WIDGET_CLASS = "o_kam_users_own"
# Of Odoo's own models: what demo data make stays after an uninstallation, and must not be made again
BUSINESS = (
    "sale.order",
    "account.move",
    "account.payment",
    "product.product",
    "product.pricelist",
    "res.partner",
    "res.users",
    "crm.lead",
    "calendar.event",
)


def our_models(env):
    return sorted(
        name
        for name, model in env.items()
        if name.startswith("key.account.") and model._auto and not model._abstract and not model._transient
    )


def made_by_the_add_on(env):
    """:return: ``{(model, id)}`` of records that each update writes again"""
    data = env["ir.model.data"].search([("module", "=", ADDON), ("noupdate", "=", False)])
    return {(each.model, each.res_id) for each in data}


def read_all(env):
    """:return: ``{model: {id: {field: value}}}`` of all that is stored in our tables, and of ours on partners"""
    rewritten = made_by_the_add_on(env)
    content = {}
    for name in [*our_models(env), "res.partner", "res.company", "calendar.event"]:
        model = env[name].with_context(active_test=False)
        ours = name.startswith("key.account.")
        names = [
            field.name
            for field in model._fields.values()
            if field.store and field.name not in UNSTABLE and (ours or "key_account" in field.name)
        ]
        content[name] = {
            record.id: {field: plain(record[field]) for field in names}
            for record in model.search([], order="id")
            if (name, record.id) not in rewritten
        }
    return content


def plain(value):
    if hasattr(value, "_name"):
        return [value._name, sorted(value.ids)]
    if isinstance(value, dict) and value.get("table"):
        # Columns of prices were of the kind money
        columns = [
            column | {"kind": "money" if column["kind"] == "price" else column["kind"]}
            for column in value["table"]["columns"]
        ]
        return value | {"table": value["table"] | {"columns": columns}}
    return value if isinstance(value, (int, float, str, bool, type(None), dict, list)) else str(value)


def work(env, folder):
    """What people do in a year: plans, targets, their own stages, views, favourites and texts."""
    account = env.ref(f"{ADDON}.demo_account_growing")
    company, revenue = env.ref("base.main_company"), env["key.account.kpi"]._get_by_code()["revenue"]
    plans = env["key.account.plan"]
    # The newest entry is in the target, the plan was archived
    away = plans.create(
        {
            "partner_id": account.id,
            "date_from": "2031-01-01",
            "date_to": "2031-12-31",
            "target_revenue": 310000.31,
            "company_id": company.id,
        }
    )
    away.active = False
    # Not a fiscal year: the plan has its own number
    plans.create(
        {
            "partner_id": account.id,
            "date_from": "2032-02-01",
            "date_to": "2032-07-31",
            "target_revenue": 77000.07,
            "company_id": company.id,
        }
    )
    env["key.account.target"].create(
        {"partner_id": account.id, "year": 2033, "kpi_id": revenue.id, "value": 330000.33, "company_id": company.id}
    )
    env["key.account.tier"].create({"name": "Our own tier"})
    env["key.account.milestone.stage"].search([], limit=1).name = "Our own stage"
    env["key.account.care.area"].search([], limit=1).name = "Our own area"
    action = env.ref(f"{ADDON}.key_account_action")
    env["ir.filters"].create(
        {
            "name": "Our own favourite",
            "model_id": "res.partner",
            "action_id": action.id,
            "domain": "[('key_account_status', '=', 'active')]",
        }
    )
    template = env["mail.template"].search([("model", "=", "key.account.review.invitation")], limit=1)
    template.subject = "Our own subject"
    decide(env)
    for model, kind, place in VIEWS:
        parents = env["ir.ui.view"].search([("model", "=", model), ("type", "=", kind)])
        ids = parents.get_external_id()
        parent = [view for view in parents if ids[view.id].startswith(ADDON) and has(view, place)]
        if not parent:
            raise SystemExit(f"no view of ours on {model} ({kind}) has {place}")
        env["ir.ui.view"].create(
            {
                "name": f"Our own {kind}",
                "model": model,
                "inherit_id": parent[0].id,
                "arch": f"""<xpath expr="{place}" position="attributes">
                    <attribute name="class" add="{WIDGET_CLASS}" separator=" "/></xpath>""",
            }
        )
    env.flush_all()
    (folder / "before.json").write_text(json.dumps(read_all(env)))
    env.cr.commit()


def decide(env):
    """What a head may decide about records that come with the add-on."""
    figures = env["key.account.kpi"].with_user(env.ref("base.user_admin"))._get_by_code()
    head = env.ref("base.user_admin")
    figures["sales_volume"].with_user(head).write({"audience": "internal", "name": "Our own name", "sequence": 7})
    figures["visits"].with_user(head).formula = "Our own formula"
    env.ref(f"{ADDON}.topic_template_market").with_user(head).unlink()
    env.ref(f"{ADDON}.checklist_goal_customer").with_user(head).unlink()
    env.ref(f"{ADDON}.paperformat_folder").margin_left = 23
    env.ref(f"{ADDON}.key_account_demand_own_rule").with_user(head).domain_force = "[('id', '=', 1)]"
    env.ref(f"{ADDON}.group_key_account_head").user_ids -= head


def lost_decisions(env):
    volume, visits = (env.ref(f"{ADDON}.kpi_{code}") for code in ("sales_volume", "visits"))
    found = (volume.audience, volume.name, volume.sequence, visits.formula)
    if found != ("internal", "Our own name", 7, "Our own formula"):
        yield f"definitions of figures were written again: {found}"
    for name in ("topic_template_market", "checklist_goal_customer"):
        if env.ref(f"{ADDON}.{name}", raise_if_not_found=False):
            yield f"{name} is back"
    if env.ref(f"{ADDON}.paperformat_folder").margin_left != 23:
        yield "a paper format was written again"
    if env.ref("base.user_admin") in env.ref(f"{ADDON}.group_key_account_head").all_user_ids:
        yield "admin is head of key accounts again"


def other_rules(env):
    """Rules that are not those of this version, though nobody changed them."""
    for record in etree.parse(file_path(f"{ADDON}/security/ir_rules.xml")).iterfind(".//record"):
        rule = env.ref(f"{ADDON}.{record.get('id')}", raise_if_not_found=False)
        edited = record.get("id") == "key_account_demand_own_rule"
        wanted = "[('id', '=', 1)]" if edited else record.findtext("field[@name='domain_force']")
        if not rule or rule.domain_force.split() != wanted.split():
            yield f"the rule {record.get('id')} is {rule.domain_force if rule else 'missing'}, not {wanted}"


def has(view, place):
    return bool(etree.fromstring(view.arch).xpath(place))


def compare(env, folder):
    before = json.loads((folder / "before.json").read_text())
    after = json.loads(json.dumps(read_all(env)))
    lost = [
        *lost_values(before, after),
        *lost_views(env),
        *lost_settings(env),
        *lost_decisions(env),
        *other_rules(env),
    ]
    if lost:
        raise SystemExit("\n".join(lost[:60]) + f"\n{len(lost)} differences")
    print(sum(map(len, after.values())), "records compared")


def lost_values(before, after):
    for model, records in before.items():
        for record, values in records.items():
            now = after.get(model, {}).get(record)
            if now is None:
                yield f"{model} {record} is gone: {values}"
                continue
            for field, value in values.items():
                if field not in now and value:
                    yield f"{model} {record}.{field} is gone, it held {value!r}"
                elif field in now and now[field] != value:
                    yield f"{model} {record}.{field}: {value!r} became {now[field]!r}"


def lost_views(env):
    for model, kind, _place in VIEWS:
        view = env["ir.ui.view"].search([("name", "=", f"Our own {kind}"), ("model", "=", model)])
        if not view:
            yield f"the user's view on {model} ({kind}) is gone"
            continue
        # The view that it extends may itself extend another one: people see the whole
        whole = view
        while whole.inherit_id:
            whole = whole.inherit_id
        if WIDGET_CLASS not in env[model].get_view(whole.id, kind)["arch"]:
            yield f"the user's view on {model} ({kind}) no longer has an effect"


def lost_settings(env):
    for model, field, value in (
        ("ir.filters", "name", "Our own favourite"),
        ("key.account.tier", "name", "Our own tier"),
        ("key.account.milestone.stage", "name", "Our own stage"),
        ("key.account.care.area", "name", "Our own area"),
        ("mail.template", "subject", "Our own subject"),
    ):
        if not env[model].search_count([(field, "=", value)]):
            yield f"{model} “{value}” is gone"


def count(env):
    return {model: env[model].with_context(active_test=False).search_count([]) for model in BUSINESS}


def uninstall(env, folder):
    (folder / "counts.json").write_text(json.dumps(count(env)))
    env["ir.module.module"].search([("name", "=", ADDON)]).button_immediate_uninstall()
    left = env["ir.model"].search([("model", "=like", "key.account.%")])
    if left:
        raise SystemExit(f"models are left: {left.mapped('model')}")
    env.cr.commit()


def again(env, folder):
    before, after = json.loads((folder / "counts.json").read_text()), count(env)
    if before != after:
        raise SystemExit(f"before the uninstallation: {before}\nwhen it was installed again: {after}")


steps = {"work": work, "compare": compare, "uninstall": uninstall, "again": again}
steps[os.environ["KAM_STEP"]](env, Path(os.environ["KAM_FOLDER"]))  # noqa: F821 (Odoo's shell brings it)
