import { beforeEach, expect, test } from "@odoo/hoot";
import { edit, manuallyDispatchProgrammaticEvent, press, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { WebClient } from "@web/webclient/webclient";

import { defineKeyAccountModels, recordActions } from "./key_account_test_helpers";

defineKeyAccountModels();

const PANEL = ".o_key_account_talk";
const COUNTER = ".o_key_account_present_counter";

/** What the server has, and how it answers. */
let parts, answers, mayWrite;
beforeEach(() => {
    recordActions();
    patchWithCleanup(HTMLElement.prototype, { async requestFullscreen() {} });
    mayWrite = true;
    answers = [];
    const result = { result: "", result_user_id: false, result_date: "" };
    parts = {
        topic: [
            {
                id: 1,
                name: "Pilot",
                title: "Pilot",
                section: "Status",
                minutes: 10,
                spent: 590,
                is_running: true,
                values: { is_done: false, ...result },
            },
            {
                id: 2,
                name: "Logistics",
                title: "Logistics",
                section: "Future",
                minutes: 0,
                spent: 0,
                is_running: false,
                values: { is_done: false, ...result },
            },
        ],
        issue: [],
        condition: [
            {
                id: 3,
                name: "Sensor",
                is_price: true,
                unit: "€",
                today: "100 €",
                proposed: "90 €",
                agreed: "",
                values: { outcome: "open", value_agreed: 0, text_agreed: "", ...result },
            },
        ],
        checklist: [{ id: 4, name: "The least we accept?", section: "Goals", values: { is_done: false, note: "" } }],
        note: [],
    };
    onRpc("key.account.review", "get_talk", () => ({
        title: "Alpha 2026",
        may_write: mayWrite,
        why_not: mayWrite ? "" : "Only the account manager can write minutes and results.",
        may_see_internal: true,
        people: [{ id: 7, name: "Kim" }],
        parts,
    }));
    onRpc("key.account.review", "get_speaker_notes", () => [[], ["Not below 5 %"], []]);
    onRpc("key.account.review", "save_talk", ({ args: [ids, part, key, values, before] }) => {
        expect.step([ids[0], part, key, values, before]);
        const answer = answers.shift();
        if (answer) {
            return answer();
        }
        const slide = part === "note" && key.slide;
        let row = parts[part].find((each) => (slide ? each.slide === slide : each.id === key));
        if (!row) {
            row = { id: 9, slide, name: key.title, values: {} };
            parts[part].push(row);
        }
        Object.assign(row.values, values);
        return { saved: true, part: { ...row, values: { ...row.values } } };
    });
});

const present = async () => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "key_account_present",
        context: { active_id: 2 },
    });
    queryOne(".o_key_account_present_page").contentDocument.body.innerHTML = [
        ["cover", "Alpha", ""],
        ["topics", "The pilot", '["Pilot"]'],
        ["conditions", "What we propose", ""],
    ]
        .map(
            ([kind, title, topics]) =>
                `<div class="slide" style="width: 800px; height: 450px" data-kind="${kind}" data-title="${title}"
                    ${topics ? `data-topics='${topics}'` : ""}>${title}</div>`
        )
        .join("");
    await manuallyDispatchProgrammaticEvent(queryOne(".o_key_account_present_page"), "load");
    await animationFrame();
};
const key = async (name) => {
    await press(name);
    await animationFrame();
};
const openPanel = async () => {
    await present();
    await key("p");
    await animationFrame();
};
const type = async (selector, text) => {
    await contains(selector).click();
    await edit(text);
};
const afterPause = async () => {
    await advanceTime(1000);
    await animationFrame();
};

test("what is typed is saved after a pause, and typing turns no slide", async () => {
    await openPanel();
    await type(`${PANEL} .o_kam_note`, "They like it");
    await key("ArrowRight");
    expect(COUNTER).toHaveText("1 / 3");
    expect(`${PANEL} .o_kam_status`).toHaveText("Not saved yet");
    expect.verifySteps([]);
    await afterPause();
    expect.verifySteps([
        [2, "note", { slide: "cover-1", page: 1, title: "Alpha" }, { text: "They like it" }, { text: "" }],
    ]);
    expect(`${PANEL} .o_kam_status`).toHaveText("Saved");
    await press("Escape");
    await key("ArrowRight");
    expect(COUNTER).toHaveText("2 / 3");
    expect(`${PANEL} .o_kam_note`).toHaveValue("");
    await key("ArrowLeft");
    expect(`${PANEL} .o_kam_note`).toHaveValue("They like it");
});

test("the slide's topics and conditions are next to it", async () => {
    await openPanel();
    expect(`${PANEL} .o_kam_part`).toHaveCount(0);
    await key("ArrowRight");
    expect(`${PANEL} .o_kam_name`).toHaveText("Pilot");
    expect(`${PANEL} .o_kam_clock`).toHaveText("9:50 of 10 min");
    await contains(`${PANEL} [aria-label=Discussed]`).click();
    await contains(`${PANEL} .o_kam_who`).select("7");
    await afterPause();
    expect.verifySteps([
        [2, "topic", 1, { is_done: true }, { is_done: false }],
        [2, "topic", 1, { result_user_id: 7 }, { result_user_id: false }],
    ]);
    await press("Escape");
    await key("ArrowRight");
    await contains(`${PANEL} .o_kam_agree`).click();
    await afterPause();
    expect.verifySteps([[2, "condition", 3, { outcome: "agreed" }, { outcome: "open" }]]);
});

test("a topic that takes longer than planned is late", async () => {
    await openPanel();
    await contains(`${PANEL} [data-tab=topic]`).click();
    expect(`${PANEL} [data-topic='1'] .o_kam_clock`).not.toHaveClass("text-danger");
    await advanceTime(12000);
    await animationFrame();
    expect(`${PANEL} [data-topic='1'] .o_kam_clock`).toHaveClass("text-danger");
    expect(".o_kam_elapsed").toHaveText("0:12");
});

test("without a connection, nothing is lost", async () => {
    answers = [
        () => {
            throw new ConnectionLostError("/web/dataset/call_kw");
        },
    ];
    const place = `key_account_talk.${user.userId}.2`;
    await openPanel();
    await type(`${PANEL} .o_kam_note`, "They like it");
    expect(JSON.parse(browser.localStorage.getItem(place))["note:cover-1"].values).toEqual({ text: "They like it" });
    await afterPause();
    expect.verifySteps([
        [2, "note", { slide: "cover-1", page: 1, title: "Alpha" }, { text: "They like it" }, { text: "" }],
    ]);
    expect(`${PANEL} .o_kam_status`).toHaveText(/^Not saved yet/);
    expect(`${PANEL} .o_kam_note`).toHaveValue("They like it");
    // It is tried again by itself
    await advanceTime(6000);
    await animationFrame();
    expect.verifySteps([
        [2, "note", { slide: "cover-1", page: 1, title: "Alpha" }, { text: "They like it" }, { text: "" }],
    ]);
    expect(`${PANEL} .o_kam_status`).toHaveText("Saved");
    expect(browser.localStorage.getItem(place)).toBe(null);
});

test("what was left behind is saved when the review is presented again", async () => {
    const entry = { part: "topic", key: 1, values: { result: "Start in May" }, before: { result: "" } };
    browser.localStorage.setItem(`key_account_talk.${user.userId}.2`, JSON.stringify({ "topic:1": entry }));
    await present();
    await animationFrame();
    expect.verifySteps([[2, "topic", 1, { result: "Start in May" }, { result: "" }]]);
});

test("a colleague's text is shown, and the person decides", async () => {
    answers = [() => ({ saved: false, part: { id: 9, slide: "cover-1", values: { text: "They do not" } } })];
    await openPanel();
    await type(`${PANEL} .o_kam_note`, "They like it");
    await afterPause();
    expect(`${PANEL} .o_kam_problem`).toHaveText(/a colleague wrote: They do not/);
    expect(`${PANEL} .o_kam_note`).toHaveValue("They like it");
    expect.verifySteps([
        [2, "note", { slide: "cover-1", page: 1, title: "Alpha" }, { text: "They like it" }, { text: "" }],
    ]);
    await contains(`${PANEL} .o_kam_mine`).click();
    await afterPause();
    expect.verifySteps([
        [2, "note", { slide: "cover-1", page: 1, title: "Alpha" }, { text: "They like it" }, { text: "They do not" }],
    ]);
    expect(`${PANEL} .o_kam_problem`).toHaveCount(0);
});

test("what the server refuses stays on the screen with the reason", async () => {
    answers = [
        () => {
            throw makeServerError({ type: "UserError", message: "The minutes are final." });
        },
    ];
    await openPanel();
    await type(`${PANEL} .o_kam_note`, "They like it");
    await afterPause();
    expect(`${PANEL} .o_kam_problem`).toHaveText(/Not saved yet: The minutes are final\./);
    await afterPause();
    expect.verifySteps([
        [2, "note", { slide: "cover-1", page: 1, title: "Alpha" }, { text: "They like it" }, { text: "" }],
    ]);
});

test("who may not edit the review reads", async () => {
    mayWrite = false;
    await openPanel();
    expect(PANEL).toHaveText(/Only the account manager can write/);
    expect(`${PANEL} .o_kam_note`).toHaveAttribute("readonly");
});

test("a number and Enter jump to a slide, G shows all", async () => {
    await present();
    await key("3");
    expect(".o_key_account_present_typed").toHaveText("3");
    await key("Enter");
    expect(COUNTER).toHaveText("3 / 3");
    await key("g");
    expect(".o_kam_overview button").toHaveCount(3);
    await contains(".o_kam_overview button:eq(1)").click();
    expect(COUNTER).toHaveText("2 / 3");
    expect(".o_kam_overview").toHaveCount(0);
    await key("?");
    expect(".o_kam_keys tr").toHaveCount(10);
    await key("Escape");
    expect(".o_kam_keys").toHaveCount(0);
    expect(".o_key_account_present").toHaveCount(1);
});

test("the checklist is internal: on request, or while the audience has its own window", async () => {
    patchWithCleanup(browser, {
        open(address) {
            expect.step(address);
            return { closed: false };
        },
    });
    await openPanel();
    await contains(`${PANEL} [data-tab=checklist]`).click();
    expect(PANEL).not.toHaveText(/The least we accept/);
    expect(".o_kam_notes").toHaveCount(0);
    await key("s");
    expect.verifySteps(["/odoo/key-account-reviews/2/key-account-audience"]);
    expect(PANEL).toHaveText(/The least we accept/);
    await key("ArrowRight");
    expect(".o_kam_notes").toHaveText(/Not below 5 %/);
    expect(".o_kam_next iframe").toHaveAttribute("title", "What we propose");
    await key("s");
    expect(PANEL).not.toHaveText(/The least we accept/);
});

test("the audience's window follows, and shows slides only", async () => {
    const channel = new BroadcastChannel(`key_account_present.${user.userId}.2`);
    const heard = [];
    channel.onmessage = ({ data }) => heard.push(data);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "key_account_audience",
        context: { active_id: 2 },
    });
    const frame = queryOne(".o_key_account_present iframe");
    frame.contentDocument.body.innerHTML = ["First", "Second"]
        .map((text) => `<div class="slide" style="width: 800px; height: 450px">${text}</div>`)
        .join("");
    await manuallyDispatchProgrammaticEvent(frame, "load");
    await key("ArrowRight");
    const shown = [...frame.contentDocument.querySelectorAll(".slide")].filter(
        (slide) => slide.style.display !== "none"
    );
    expect(shown.map((slide) => slide.textContent)).toEqual(["Second"]);
    expect("textarea, .o_key_account_present_bar").toHaveCount(0);
    channel.close();
});
