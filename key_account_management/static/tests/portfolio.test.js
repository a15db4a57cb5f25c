import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { defineKeyAccountModels, recordActions } from "./key_account_test_helpers";

class Snapshot extends models.Model {
    _name = "key.account.snapshot";

    partner_id = fields.Many2one({ relation: "res.partner" });
    tier = fields.Char();
    currency_id = fields.Many2one({ relation: "res.currency" });
    as_of = fields.Datetime();
    revenue = fields.Monetary({ currency_field: "currency_id", aggregator: "sum" });
    margin_1_rate = fields.Float({ aggregator: "avg" });
    satisfaction = fields.Float({ digits: [16, 1], aggregator: null });

    _records = [
        {
            id: 1,
            partner_id: 101,
            tier: "A",
            currency_id: 1,
            as_of: "2026-06-30 03:30:00",
            revenue: 1234567.89,
            margin_1_rate: 0.4,
            satisfaction: 8.25,
        },
        {
            id: 2,
            partner_id: 102,
            tier: "B",
            currency_id: 1,
            as_of: "2026-06-29 03:30:00",
            revenue: 0,
            margin_1_rate: 0.25,
            satisfaction: 0,
        },
        { id: 3, partner_id: false, tier: "B", currency_id: 1 },
    ];
    _views = {
        list: /* xml */ `
            <list js_class="key_account_portfolio_list" action="action_open_account" type="object">
                <field name="currency_id" column_invisible="1"/>
                <field name="as_of" column_invisible="1"/>
                <field name="partner_id"/>
                <field name="revenue" widget="key_account_amount" sum="Total"/>
                <field name="margin_1_rate" widget="key_account_rate" avg="Total"/>
                <field name="satisfaction" widget="key_account_number"/>
            </list>`,
        kanban: /* xml */ `
            <kanban js_class="key_account_portfolio_kanban">
                <field name="as_of"/>
                <templates><t t-name="card"><field name="partner_id"/></t></templates>
            </kanban>`,
    };
}

defineKeyAccountModels();
defineModels({ Snapshot });

let opened;
let asked;
let totals;
beforeEach(() => {
    opened = recordActions();
    asked = [];
    totals = { "revenue:sum": 1000000, "revenue:sum_currency": 1000000, "margin_1_rate:avg": 0.375 };
    // An empty number is false for clients, which the mock server cannot store
    onRpc("key.account.snapshot", "web_search_read", async ({ parent }) => {
        const result = await parent();
        for (const record of result.records) {
            if (record.id === 3) {
                Object.assign(record, { revenue: false, margin_1_rate: false, satisfaction: false });
            }
        }
        return result;
    });
    onRpc("key.account.snapshot", "formatted_read_group", ({ args, kwargs }) => {
        asked.push(kwargs.domain || args[0]);
        return [{ ...totals, "currency_id:array_agg_distinct": [1] }];
    });
});

const mountList = (options) => mountView({ type: "list", resModel: "key.account.snapshot", ...options });
const cells = (name) => queryAllTexts(`.o_data_row td[name='${name}']`);

test("money without cents, shares in percent, and nothing for what is not known", async () => {
    await mountList();
    expect(cells("revenue")).toEqual(["$ 1,234,568", "$ 0", ""]);
    expect(cells("margin_1_rate")).toEqual(["40%", "25%", ""]);
    expect(cells("satisfaction")).toEqual(["8.3", "0.0", ""]);
});

test("totals are those of the server: it knows which accounts are inside others", async () => {
    await mountList({ domain: [["tier", "!=", false]] });
    await animationFrame();
    expect(queryAllTexts("tfoot td").filter(Boolean)).toEqual(["$ 1,000,000", "37.5%"]);
    expect(asked).toEqual([[["tier", "!=", false]]]);
});

test.tags("desktop");
test("totals of the selected accounts", async () => {
    await mountList();
    totals["revenue:sum"] = 42;
    await contains(".o_data_row:first-child .o_list_record_selector input").click();
    await animationFrame();
    expect(queryAllTexts("tfoot td").filter(Boolean)).toEqual(["$ 42", "37.5%"]);
    expect(asked.at(-1)).toEqual([["id", "in", [1]]]);
});

test("what is not known has no total", async () => {
    totals["revenue:sum"] = false;
    totals["margin_1_rate:avg"] = false;
    await mountList();
    await animationFrame();
    expect(queryAllTexts("tfoot td").filter(Boolean)).toEqual([]);
});

test("as of the oldest figures", async () => {
    await mountList();
    expect(".o_key_account_as_of").toHaveText(/As of .*29/);
});

test("cards say it as well", async () => {
    await mountView({ type: "kanban", resModel: "key.account.snapshot" });
    expect(".o_key_account_as_of").toHaveText(/As of .*29/);
});

test.tags("desktop");
test("a number opens what it is made of, and not the account", async () => {
    onRpc("key.account.snapshot", "action_view_figure", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window", res_model: "account.move", views: [[false, "list"]] };
    });
    await mountList();
    await contains(".o_data_row:first-child td[name='revenue'] a").click();
    expect.verifySteps([[[1], "revenue"]]);
    expect(opened.map(([action]) => action.res_model)).toEqual(["account.move"]);
});
