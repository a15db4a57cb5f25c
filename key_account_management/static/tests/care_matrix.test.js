import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { WebClient } from "@web/webclient/webclient";

import { defineKeyAccountModels, formOf, recordActions, useGermanFormats } from "./key_account_test_helpers";

defineKeyAccountModels();

const EMPTY = { live: 0, overdue: 0, deadline: false, last_done: false, without_effect: 0 };

const makeAccount = (id, name, values) => ({
    id,
    name,
    tier: "A",
    manager: "Kim",
    is_mine: true,
    at_risk: false,
    last_visit: false,
    planned_visit: false,
    visit_due: false,
    visit_overdue: false,
    cells: { 1: EMPTY, 2: EMPTY },
    ...values,
});

function makeMatrix(values = {}) {
    return {
        may_create: true,
        areas: [
            { id: 1, name: "Markets", description: "Studies and fairs" },
            { id: 2, name: "Training", description: "" },
        ],
        accounts: [
            makeAccount(101, "Hansen Robotik", {
                at_risk: true,
                visit_due: "2026-03-01",
                visit_overdue: true,
                cells: {
                    1: { live: 2, overdue: 1, deadline: "2026-02-01", last_done: "2025-12-24", without_effect: 1 },
                    2: { live: 1, overdue: 0, deadline: "2026-09-01", last_done: false, without_effect: 0 },
                },
            }),
            makeAccount(102, "Bayside", { tier: "B", planned_visit: "2026-05-04" }),
            makeAccount(103, "Æther Works", { is_mine: false, manager: "Alex" }),
        ],
        ...values,
    };
}

let opened;
let matrix;
beforeEach(() => {
    opened = recordActions();
    matrix = makeMatrix();
    onRpc("res.partner", "get_key_account_care_matrix", () => {
        expect.step("asked");
        return matrix;
    });
});

const openMatrix = async () => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "key_account_management.care_matrix" });
    expect.verifySteps(["asked"]);
};
const shownAccounts = () => queryAllTexts("tr[data-account] th > button:first-child");
const cell = (account, area) => `tr[data-account='${account}'] td[data-area='${area}']`;

test("the user's accounts are shown with the measures of each care area", async () => {
    useGermanFormats();
    await openMatrix();
    expect(shownAccounts()).toEqual(["Hansen Robotik", "Bayside"]);
    expect("tr[data-account='101'] .badge").toHaveText("At Risk");
    expect("tr[data-account='101'] th .small").toHaveText("A · Kim");
    expect(cell(101, 1)).toHaveClass("table-danger");
    expect(`${cell(101, 1)} button:first`).toHaveText("2 active1 overdue due 01.02.2026", { inline: true });
    expect(`${cell(101, 1)} button:last`).toHaveText("last done 24.12.20251 without effect", { inline: true });
    expect(cell(101, 2)).not.toHaveClass("table-danger");
    expect(cell(102, 1)).toHaveClass("table-warning");
    expect(cell(102, 1)).toHaveText("Gap");
});

test("the sums count the accounts shown", async () => {
    await openMatrix();
    const sums = () => queryAllTexts(".ms-md-auto span");
    expect(sums()).toEqual(["Gaps: 2", "Overdue: 1", "Without effect: 1", "Visits overdue: 1"]);
    expect(queryAllTexts("thead .small")).toEqual(["1 of 2", "1 of 2"]);
    await contains("input[name=mine]").click();
    expect(sums()).toEqual(["Gaps: 4", "Overdue: 1", "Without effect: 1", "Visits overdue: 1"]);
    expect(queryAllTexts("thead .small")).toEqual(["1 of 3", "1 of 3"]);
});

test("filters narrow the accounts down", async () => {
    matrix.accounts[0].cells[1].overdue = matrix.accounts[0].cells[1].without_effect = 0;
    await openMatrix();
    await contains("input[name=gaps]").click();
    expect(shownAccounts()).toEqual(["Bayside"]);
    await contains("select[name=tier]").select("A");
    expect("p.text-muted").toHaveText(/^Nothing to do/);
    await contains("input[name=mine]").click();
    expect(shownAccounts()).toEqual(["Æther Works"]);
});

test("what is overdue or remained without effect needs attention as a gap does", async () => {
    const [hansen, bayside] = matrix.accounts;
    hansen.cells = { 1: { ...EMPTY, live: 1, without_effect: 1 }, 2: { ...EMPTY, live: 1 } };
    bayside.cells = { 1: { ...EMPTY, live: 1, overdue: 1 }, 2: { ...EMPTY, live: 1 } };
    await openMatrix();
    await contains("input[name=gaps]").click();
    expect(shownAccounts()).toEqual(["Hansen Robotik", "Bayside"]);
});

test("users without their own accounts see those of others", async () => {
    matrix.accounts = matrix.accounts.slice(2);
    await openMatrix();
    expect("input[name=mine]").not.toBeChecked();
    expect(shownAccounts()).toEqual(["Æther Works"]);
});

test("a gap becomes a measure, then the matrix is requested again", async () => {
    await openMatrix();
    await contains(`${cell(102, 2)} button[title='Plan a measure']`).click();
    const [[action, options]] = opened;
    expect(action).toMatchObject({
        res_model: "key.account.care.measure",
        target: "new",
        context: { default_partner_id: 102, default_area_id: 2 },
    });
    await options.onClose();
    expect.verifySteps(["asked"]);
});

test("users who may not plan measures see gaps without a button", async () => {
    matrix.may_create = false;
    await openMatrix();
    expect(cell(102, 1)).toHaveText("Gap");
    expect(`${cell(102, 1)} button`).toHaveCount(0);
});

test("a cell opens its measures, an account its form", async () => {
    onRpc("res.partner", "get_formview_action", ({ args, kwargs }) => {
        expect(kwargs.context.key_account_page).toBe(true);
        return formOf("res.partner", args[0][0]);
    });
    await openMatrix();
    await contains(`${cell(101, 1)} button:first`).click();
    await contains("tr[data-account='101'] th > button:first-child").click();
    expect(opened[0][0]).toMatchObject({
        name: "Hansen Robotik – Markets",
        res_model: "key.account.care.measure",
        domain: [
            ["partner_id", "=", 101],
            ["area_id", "=", 1],
        ],
    });
    expect(opened[1][0]).toEqual(formOf("res.partner", 101));
});

test("a visit that is due or planned is one click away", async () => {
    onRpc("res.partner", "action_plan_key_account_visit", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window", res_model: "calendar.event", views: [[false, "form"]] };
    });
    await openMatrix();
    expect("tr[data-account='101'] button[title='Plan a visit']").toHaveText("Visit due: 03/01/2026");
    expect("tr[data-account='101'] button[title='Plan a visit'] .text-danger").toHaveCount(1);
    expect("tr[data-account='102'] button[title='Plan a visit']").toHaveText("Visit planned: 05/04/2026");
    await contains("tr[data-account='102'] button[title='Plan a visit']").click();
    expect.verifySteps([[[102]]]);
    expect(opened[0][0].res_model).toBe("calendar.event");
});

test("without key accounts it says where to create one", async () => {
    matrix.accounts = [];
    await openMatrix();
    expect(".o_nocontent_help").toHaveText(/Convert to Key Account/);
    expect("table").toHaveCount(0);
});

test.tags("mobile");
test("on a phone an account is a card whose lines name their care area", async () => {
    await openMatrix();
    expect("thead").not.toBeVisible();
    expect(cell(101, 1)).toHaveStyle({ display: "flex" });
    expect(cell(101, 1)).toHaveAttribute("data-label", "Markets");
});
