import { mailModels } from "@mail/../tests/mail_test_helpers";
import { Deferred } from "@odoo/hoot";
import { defineModels, defineParams, fields, mockService, models, onRpc } from "@web/../tests/web_test_helpers";

/** What the server says of the period that a screen shows. */
export const FRAME = {
    date_from: "2026-01-01",
    date_to: "2026-06-30",
    period: "01.01.2026 – 30.06.2026",
    previous: "01.01.2025 – 30.06.2025",
    periods: [
        ["year_to_date", "Year to date"],
        ["last_year", "Last fiscal year"],
        ["free", "Other period"],
    ],
};

/** A figure as the server describes it: with numbers in the format of the user's language. */
export function makeFigure(values = {}) {
    return {
        code: "revenue",
        name: "Revenue",
        formula: "Invoices less credit notes",
        audience: "customer",
        note: "",
        warns: false,
        value: "1.250.000 €",
        previous: "1.000.000 €",
        change: "+25,0 %",
        good: true,
        target: "",
        target_to_date: "",
        met: null,
        ahead: null,
        ...values,
    };
}

class Review extends models.Model {
    _name = "key.account.review";

    name = fields.Char();
    date_from = fields.Date();
    date_to = fields.Date();
    state = fields.Selection({
        selection: [
            ["preparation", "Preparation"],
            ["held", "Held"],
        ],
    });
    partner_id = fields.Many2one({ relation: "res.partner" });

    _records = [
        { id: 1, name: "Review 2025", date_from: "2025-01-01", date_to: "2025-12-31", state: "held", partner_id: 101 },
        {
            id: 2,
            name: "Review 2026",
            date_from: "2026-01-01",
            date_to: "2026-12-31",
            state: "preparation",
            partner_id: 101,
        },
    ];
    _views = { form: /* xml */ `<form><field name="name"/></form>` };
}

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    key_account_id = fields.Many2one({ relation: "res.partner" });

    _records = [
        { id: 1, name: "Forty robots", key_account_id: 101 },
        { id: 2, name: "Ten grippers", key_account_id: 102 },
        { id: 3, name: "A sample", key_account_id: false },
    ];
}

class DocumentJob extends models.Model {
    _name = "key.account.document.job";

    finished = fields.Integer();
    total = fields.Integer();

    _records = [
        { id: 1, finished: 1, total: 4 },
        { id: 2, finished: 0, total: 8 },
    ];
}

class Visit extends models.Model {
    _name = "key.account.visit";

    purpose = fields.Char();

    _records = [{ id: 1, purpose: "Prices" }];
    _views = { form: /* xml */ `<form><field name="purpose"/></form>` };
}

class Partner extends mailModels.ResPartner {
    _records = [...mailModels.ResPartner._records, { id: 101, name: "Hansen Robotik" }, { id: 102, name: "Bayside" }];
}

export function defineKeyAccountModels() {
    defineModels({ ...mailModels, ResPartner: Partner, Review, Lead, DocumentJob, Visit });
}

export function useGermanFormats() {
    defineParams({
        lang_parameters: { date_format: "%d.%m.%Y", decimal_point: ",", grouping: "[3,0]", thousands_sep: "." },
    });
}

/**
 * The server answers when the test says so.
 *
 * @returns {Deferred[]} one for each question, in the order in which they were asked
 */
export function answerLater(model, method) {
    const answers = [];
    onRpc(model, method, () => {
        answers.push(new Deferred());
        return answers.at(-1);
    });
    return answers;
}

/**
 * What a screen opens is not really opened.
 *
 * @returns {[object, object | undefined][]} each action with its options
 */
export function recordActions() {
    const opened = [];
    mockService("action", {
        doAction(action, options) {
            if (action.type === "ir.actions.client") {
                return super.doAction(action, options);
            }
            opened.push([action, options]);
        },
    });
    return opened;
}

/** The action that opens a record's form. */
export function formOf(model, id) {
    return { type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] };
}
