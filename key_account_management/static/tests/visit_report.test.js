import { expect, test } from "@odoo/hoot";
import { animationFrame, Deferred, queryAllTexts } from "@odoo/hoot-dom";
import { browser } from "@web/core/browser/browser";
import { contains, getService, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { defineKeyAccountModels } from "./key_account_test_helpers";

defineKeyAccountModels();

const REPORT = ".o_key_account_visit_report";
const VISIT = "key.account.visit";

function makeFacts(values = {}) {
    return {
        visit_id: 7,
        event_id: false,
        account: { id: 101, name: "Hansen Robotik" },
        accounts: [],
        reported: "",
        day: "2026-03-03",
        when: "03.03.2026 10:00",
        kind: "visit",
        purpose: "Prices",
        preparation: "",
        result: "",
        know: ["Motor −192 k", "No overdue invoices"],
        people: [
            { id: 11, name: "Frauke", function: "Buyer", met: true },
            { id: 12, name: "Ole", function: "", met: false },
        ],
        open: [
            {
                model: "key.account.review.issue",
                id: 3,
                label: "Issue",
                name: "Fixed days",
                detail: "",
                may_settle: false,
            },
            {
                model: "key.account.care.measure",
                id: 4,
                label: "Measure",
                name: "Weekly figures",
                detail: "Kim · Dec 4",
                may_settle: true,
            },
        ],
        new: [
            { kind: "measure", label: "Measure" },
            { kind: "risk", label: "Risk" },
        ],
        next: { day: "2026-04-03", planned: "", reason: "Tier A: 12 visits a year" },
        ...values,
    };
}

const SAVED = {
    visit_id: 7,
    name: "Hansen Robotik – 03.03.2026",
    made: [{ model: "key.account.care.measure", id: 9, label: "Measures", name: "Samples" }],
};

async function openReport(facts = makeFacts(), params = { visit_id: 7 }) {
    onRpc(VISIT, "get_report", () => facts);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "key_account_management.visit_report",
        params,
    });
}

/** What is sent is collected; the answers are those of the test. */
function collectSaved(answer = () => SAVED) {
    const sent = [];
    onRpc(VISIT, "save_report", ({ args }) => {
        sent.push(args);
        return answer(sent.length);
    });
    return sent;
}

test("facts are filled in, and what is known", async () => {
    await openReport();
    expect(`${REPORT} h1`).toHaveText("Hansen Robotik");
    expect(queryAllTexts(`${REPORT} .o_kam_know div:not(.small)`)).toEqual(["Motor −192 k", "No overdue invoices"]);
    expect(`${REPORT} .o_kam_people .btn-primary`).toHaveText("Frauke");
    expect(`${REPORT} .o_kam_moods .small:first`).toHaveText("Mood of Frauke");
    expect(`${REPORT} .o_kam_open:first input`).not.toBeEnabled();
    expect(`${REPORT} .o_kam_next input[type=checkbox]`).toBeChecked();
});

test("all of it is saved in one request", async () => {
    const sent = collectSaved();
    await openReport();
    await contains(`${REPORT} textarea`).edit("They want samples");
    await contains(`${REPORT} .o_kam_open:eq(1) input`).click();
    await contains(`${REPORT} .o_kam_add button[data-kind=measure]`).click();
    await contains(`${REPORT} .o_kam_new input[type=text]`).edit("Samples");
    await contains(`${REPORT} .o_kam_add button[data-kind=risk]`).click();
    await contains(`${REPORT} .o_kam_mood:eq(2)`).click();
    await contains(`${REPORT} .o_kam_save`).click();
    const [[token, report]] = sent;
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(report).toEqual({
        visit_id: 7,
        event_id: false,
        partner_id: 101,
        kind: "visit",
        day: "2026-03-03",
        result: "They want samples",
        people: [11],
        settled: [{ model: "key.account.care.measure", id: 4 }],
        // What has no name is nothing
        new: [{ kind: "measure", name: "Samples", day: false }],
        mood: 3,
        mood_contact_id: 11,
        next_day: "2026-04-03",
    });
    expect(`${REPORT} .o_kam_saved button`).toHaveText("Measures: Samples");
});

test("whom nobody met has no mood", async () => {
    const sent = collectSaved();
    await openReport();
    await contains(`${REPORT} .o_kam_mood:eq(2)`).click();
    await contains(`${REPORT} .o_kam_kinds button[data-kind=nobody_met]`).click();
    expect(`${REPORT} .o_kam_moods`).toHaveCount(0);
    expect(`${REPORT} .o_kam_people`).toHaveCount(0);
    await contains(`${REPORT} .o_kam_save`).click();
    const [[, report]] = sent;
    expect([report.kind, report.people, report.mood, report.mood_contact_id]).toEqual(["nobody_met", [], false, false]);
});

test("the button pressed twice saves once", async () => {
    const answer = new Deferred();
    const sent = collectSaved(() => answer);
    await openReport();
    await contains(`${REPORT} textarea`).edit("Said");
    await contains(`${REPORT} .o_kam_save`).click();
    expect(`${REPORT} .o_kam_save`).not.toBeEnabled();
    answer.resolve(SAVED);
    await animationFrame();
    expect(sent.length).toBe(1);
    expect(`${REPORT} .o_kam_saved`).toHaveCount(1);
});

test("without a connection nothing is lost, and the same report is sent again", async () => {
    const sent = collectSaved((times) => {
        if (times === 1) {
            return new Response("", { status: 502 });
        }
        return SAVED;
    });
    await openReport();
    await contains(`${REPORT} textarea`).edit("Said in a cellar");
    await contains(`${REPORT} .o_kam_save`).click();
    expect(`${REPORT} .alert`).toHaveText(/kept on this device/);
    expect(`${REPORT} textarea`).toHaveValue("Said in a cellar");
    await contains(`${REPORT} .o_kam_save`).click();
    expect(sent[0]).toEqual(sent[1]);
    expect(`${REPORT} .o_kam_saved`).toHaveCount(1);
});

test("what was typed is there after a reload, until it is saved", async () => {
    collectSaved();
    await openReport();
    await contains(`${REPORT} textarea`).edit("Half a sentence");
    await animationFrame();
    const [key] = Object.keys(browser.localStorage).filter((each) => each.startsWith("key_account_visit_report"));
    const draft = JSON.parse(browser.localStorage.getItem(key));
    expect(draft.result).toBe("Half a sentence");
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "key_account_management.visit_report",
        params: { visit_id: 7 },
    });
    expect(`${REPORT} textarea`).toHaveValue("Half a sentence");
    await contains(`${REPORT} .o_kam_save`).click();
    expect(browser.localStorage.getItem(key)).toBe(null);
});

test("what was only opened leaves no draft", async () => {
    await openReport();
    await animationFrame();
    expect(Object.keys(browser.localStorage).filter((each) => each.startsWith("key_account_visit_report"))).toEqual([]);
    await contains(`${REPORT} .o_kam_mood:eq(2)`).click();
    await animationFrame();
    expect(
        Object.keys(browser.localStorage).filter((each) => each.startsWith("key_account_visit_report"))
    ).toHaveLength(1);
});

test("a report that there is already is opened, not written again", async () => {
    await openReport(makeFacts({ reported: "Kim has written the report on this visit." }));
    expect(`${REPORT} .alert`).toHaveText("Kim has written the report on this visit.");
    expect(`${REPORT} .o_kam_save`).toHaveCount(0);
    expect(`${REPORT} .o_kam_open_visit`).toHaveCount(1);
});

test("the draft of another visit is another one", async () => {
    await openReport();
    await contains(`${REPORT} textarea`).edit("Of the first");
    await animationFrame();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "key_account_management.visit_report",
        params: { visit_id: 8 },
    });
    expect(`${REPORT} textarea`).toHaveValue("");
});

test("an error says what to do, and keeps what was typed", async () => {
    onRpc(VISIT, "save_report", () => {
        throw makeServerError({ message: "Somebody has written the report." });
    });
    await openReport();
    await contains(`${REPORT} textarea`).edit("Said");
    await contains(`${REPORT} .o_kam_save`).click();
    expect(`${REPORT} .alert`).toHaveText("Somebody has written the report.");
    expect(`${REPORT} textarea`).toHaveValue("Said");
    expect(".o_dialog").toHaveCount(0);
});

test("a meeting without an account asks for it", async () => {
    const sent = collectSaved();
    const facts = makeFacts({
        visit_id: false,
        event_id: 5,
        account: null,
        accounts: [
            { id: 101, name: "Hansen Robotik" },
            { id: 102, name: "Bayside" },
        ],
        people: [],
        open: [],
        next: null,
    });
    await openReport(facts, { event_id: 5 });
    await contains(`${REPORT} textarea`).edit("Said");
    await contains(`${REPORT} .o_kam_save`).click();
    expect(`${REPORT} .alert`).toHaveText(/Which account was visited/);
    expect(sent).toEqual([]);
    onRpc(VISIT, "get_report", ({ kwargs }) => {
        expect.step(kwargs.partner_id);
        return makeFacts({ visit_id: false, event_id: 5, account: { id: 102, name: "Bayside" } });
    });
    await contains(`${REPORT} .o_kam_account`).select("102");
    await animationFrame();
    expect.verifySteps([102]);
    expect(`${REPORT} textarea`).toHaveValue("Said");
    await contains(`${REPORT} .o_kam_save`).click();
    expect([sent[0][1].event_id, sent[0][1].partner_id]).toEqual([5, 102]);
});

test("many open items are a tap away", async () => {
    const open = Array.from({ length: 9 }, (_each, index) => ({
        model: "key.account.care.measure",
        id: index + 1,
        label: "Measure",
        name: `Measure ${index + 1}`,
        detail: "",
        may_settle: true,
    }));
    await openReport(makeFacts({ open }));
    expect(`${REPORT} .o_kam_open`).toHaveCount(5);
    await contains(`${REPORT} button:contains(Show all 9)`).click();
    expect(`${REPORT} .o_kam_open`).toHaveCount(9);
});
