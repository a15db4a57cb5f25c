import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useEffect, useState } from "@odoo/owl";

import { AttentionItem } from "../attention/attention_item";
import { useQuestions } from "../utils";

/** What needs attention at this account, as on the start page. */
export class NextSteps extends Component {
    static template = "key_account_management.NextSteps";
    static components = { AttentionItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ items: null, error: "" });
        this.questions = useQuestions(this.state);
        useEffect(
            () => {
                this.state.items = null;
                this.load();
            },
            () => [this.props.record.resId]
        );
    }

    async load() {
        const { resId } = this.props.record;
        if (!resId) {
            this.questions.drop();
            return;
        }
        const items = await this.questions.ask("res.partner", "get_key_account_next_steps", [[resId]]);
        if (items) {
            this.state.items = items;
        }
    }
}

registry.category("view_widgets").add("key_account_next_steps", { component: NextSteps });
