import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useEffect, useState } from "@odoo/owl";

import { useQuestions } from "../utils";

/** The key figures in a review, and what became of last year's promises. The form does not wait for them. */
export class ReviewPreparation extends Component {
    static template = "key_account_management.ReviewPreparation";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ data: null, error: "" });
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

    get groups() {
        const { better, worse } = this.state.data;
        return [
            { key: "better", figures: better },
            { key: "worse", figures: worse },
        ];
    }
}

registry.category("view_widgets").add("key_account_review_preparation", { component: ReviewPreparation });
