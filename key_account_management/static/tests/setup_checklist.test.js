import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { contains, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { defineKeyAccountModels, recordActions } from "./key_account_test_helpers";

defineKeyAccountModels();

const ACTION = { type: "ir.actions.act_window", res_model: "res.partner", views: [[false, "list"]] };

const mountSettings = async (missing) => {
    onRpc("res.company", "get_key_account_setup", ({ args }) => {
        expect.step(args[0]);
        return missing;
    });
    await mountView({
        type: "form",
        resModel: "res.users",
        resId: 7,
        arch: /* xml */ `<form><field name="company_id"/><widget name="key_account_setup"/></form>`,
    });
    await animationFrame();
};

test("what is missing says what it changes, and opens where to mend it", async () => {
    const opened = recordActions();
    await mountSettings([
        { code: "costs", title: "2 products have no cost", why: "Margins are missing.", action: ACTION },
        { code: "fonts", title: "The server has no fonts", why: "Letters are missing.", action: null },
    ]);
    expect.verifySteps([[1]]);
    expect(queryAllTexts(".o_key_account_setup .small")).toEqual(["Margins are missing.", "Letters are missing."]);
    expect(".o_key_account_setup button").toHaveCount(1);
    await contains(".o_key_account_setup button:contains(cost)").click();
    expect(opened).toEqual([[ACTION, undefined]]);
});

test("it says when nothing is missing", async () => {
    await mountSettings([]);
    expect.verifySteps([[1]]);
    expect(".o_key_account_setup .text-success").toHaveText(/^Nothing is missing/);
});
