import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";

/** The figures that count in a review, and what became of last year's promises. The form does not wait for them. */
export class ReviewPreparation extends Component {
    static template = "key_account_management.ReviewPreparation";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ data: null, error: "" });
        // Not before it is mounted: a form that is drawn anew meanwhile would ask again
        onMounted(() => this.load(this.props.record));
        onWillUpdateProps(async ({ record }) => {
            // Other days have other figures; what else is typed has nothing to do with them
            if (this.key(record) !== this.asked) {
                await this.load(record);
            }
        });
    }

    key({ resId, data, dirty }) {
        const period = [data.date_from, data.date_to, data.partner_id && data.partner_id.id, data.state];
        // What is not saved yet the server does not know
        return dirty ? this.asked : JSON.stringify([resId, ...period]);
    }

    /** An answer that comes after a later question was asked is dropped. */
    async load(record) {
        const asked = (this.asked = this.key(record) ?? "");
        Object.assign(this.state, { data: null, error: "" });
        if (!record.resId) {
            return;
        }
        try {
            const data = await this.orm.silent.call("key.account.review", "get_preparation", [[record.resId]]);
            if (asked === this.asked) {
                this.state.data = data;
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message;
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
