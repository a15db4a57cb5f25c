import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

import { AttentionItem } from "../attention/attention_item";
import { useAccountData, useOpening } from "../utils";

/** What needs attention at this account, as on the start page. */
export class NextSteps extends Component {
    static template = "key_account_management.NextSteps";
    static components = { AttentionItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ data: null, error: "" });
        this.load = useAccountData(this, "get_key_account_next_steps");
        this.open = useOpening(this.state);
    }
}

registry.category("view_widgets").add("key_account_next_steps", { component: NextSteps });
