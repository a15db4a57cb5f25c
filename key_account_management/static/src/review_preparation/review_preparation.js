import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useEffect, useState } from "@odoo/owl";

import { useAccountForm, useQuestions } from "../utils";

/** The key figures in a review, and what became of last year's promises. The form does not wait for them. */
export class ReviewPreparation extends Component {
    static template = "key_account_management.ReviewPreparation";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ data: null, error: "" });
        this.notification = useService("notification");
        this.openForm = useAccountForm();
        this.questions = useQuestions(this.state);
        // Not before it is mounted: a form redrawn in the meantime would ask again
        useEffect(
            (asked) => {
                this.asked = asked;
                this.load(this.props.record.resId);
            },
            () => [this.key]
        );
    }

    /** Other days have other figures; nothing else that is typed affects them. */
    get key() {
        const { resId, data, dirty } = this.props.record;
        const period = [data.date_from, data.date_to, data.partner_id && data.partner_id.id, data.state];
        // The server does not know what has not been saved
        return dirty ? this.asked : JSON.stringify([resId, ...period]);
    }

    async load(resId) {
        this.state.data = null;
        if (resId) {
            this.state.data = await this.questions.ask("key.account.review", "get_preparation", [[resId]]);
        } else {
            this.questions.drop();
        }
    }

    // === WHAT WE KNOW ===

    async confirm({ name }) {
        const { partner_id: account } = this.props.record.data;
        const kwargs = { context: { key_account_text: name } };
        await this.questions.ask("res.partner", "action_key_account_still_valid", [[account.id]], kwargs);
        if (!this.state.error) {
            await this.load(this.props.record.resId);
        }
    }

    /** Adds a text to what the customer will read: shown there, to be edited and saved like anything that is typed. */
    async use({ text, target, target_label: label }) {
        const { record } = this.props;
        const written = record.data[target] || "";
        if (!written.includes(text)) {
            await record.update({ [target]: [written, text].filter(Boolean).join("\n") });
        }
        this.notification.add(_t("Added to: %s. Read it with the customer's eyes before you save.", label), {
            type: "success",
        });
    }

    async openAccount() {
        await this.openForm(this.props.record.data.partner_id.id);
    }

    get groups() {
        const { better, worse } = this.state.data;
        return [
            { key: "better", figures: better },
            { key: "worse", figures: worse },
        ];
    }
}

registry.category("view_widgets").add("key_account_review_preparation", { component: ReviewPreparation });
