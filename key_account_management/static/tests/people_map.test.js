import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { contains, makeServerError, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { defineKeyAccountModels } from "./key_account_test_helpers";

defineKeyAccountModels();

const card = (id) => `.o_key_account_person[data-person='${id}']`;

const person = (id, name, superior, values = {}) => ({
    id,
    name,
    superior,
    function: "",
    company: "",
    role: "",
    influence: "",
    attitude: "",
    attitude_code: "",
    our_contact: "",
    last_contact: "",
    last_contact_text: "",
    placed: true,
    ...values,
});

function makeMap(values = {}) {
    return {
        people: [
            person(1, "Boss", null, { role: "Decision Maker", influence: "High", attitude_code: "critic" }),
            person(2, "Buyer", 1, { our_contact: "Kim", last_contact: "2026-01-05", last_contact_text: "Jan 5, 2026" }),
            person(3, "Clerk", 2),
            person(4, "Novice", null, { placed: false }),
        ],
        gaps: ["No contact in purchasing."],
        may_edit: true,
        ...values,
    };
}

const mountMap = async () => {
    await mountView({
        type: "form",
        resModel: "res.partner",
        resId: 101,
        arch: /* xml */ `<form><widget name="key_account_people"/></form>`,
    });
    await animationFrame();
};

test("who reports to whom, what we know of them, and what is missing", async () => {
    onRpc("res.partner", "get_key_account_people_map", () => makeMap());
    await mountMap();
    expect(queryAllTexts(".o_key_account_gaps li")).toEqual(["No contact in purchasing."]);
    expect(`li:has(> ${card(1)}) > ul > li > ${card(2)}`).toHaveCount(1);
    expect(`li:has(> ${card(2)}) > ul > li > ${card(3)}`).toHaveCount(1);
    expect(`.o_key_account_others ${card(4)}`).toHaveCount(1);
    expect(card(1)).toHaveText(/Decision Maker · Influence: High/);
    expect(card(1)).toHaveClass("border-danger");
    expect(card(2)).toHaveText(/Kim.*Jan 5, 2026/s);
    expect(card(3)).toHaveText(/No contact on record/);
});

test.tags("desktop");
test("dragging a person onto another one says who they report to", async () => {
    const answers = [];
    onRpc("res.partner", "get_key_account_people_map", () => makeMap());
    onRpc("res.partner", "write", ({ args }) => {
        expect.step(args);
        if (answers.length) {
            throw makeServerError({ message: answers.pop() });
        }
        return true;
    });
    await mountMap();
    await contains(card(3)).dragAndDrop(card(1));
    expect.verifySteps([[[3], { key_account_reports_to_id: 1 }]]);
    await contains(card(2)).dragAndDrop(".o_key_account_top");
    expect.verifySteps([[[2], { key_account_reports_to_id: false }]]);
    answers.push("No one can report to themselves");
    await contains(card(1)).dragAndDrop(card(3));
    expect.verifySteps([[[1], { key_account_reports_to_id: 3 }]]);
    expect(".o_key_account_people .alert-warning").toHaveText("No one can report to themselves");
    expect(card(1)).toHaveCount(1);
});

test("who may not change it cannot drag", async () => {
    onRpc("res.partner", "get_key_account_people_map", () => makeMap({ may_edit: false }));
    await mountMap();
    expect(`${card(1)}[draggable='true'], .o_key_account_person button`).toHaveCount(0);
    expect(".o_key_account_top").toHaveCount(0);
});
