import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";

/** What the customer folder contains as things are now. Computed when its page is opened, and after each saving. */
export class FolderChecklist extends Component {
    static template = "key_account_management.FolderChecklist";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ lines: null, warning: "", error: "" });
        onMounted(() => this.load(this.props.record));
        onWillUpdateProps(async ({ record }) => {
            const saved = this.dirty && !record.dirty;
            this.dirty = record.dirty;
            if (saved || record.resId !== this.asked) {
                await this.load(record);
            }
        });
    }

    async load({ resId }) {
        this.asked = resId;
        if (!resId) {
            return;
        }
        try {
            const checklist = await this.orm.silent.call("key.account.review", "get_folder_checklist", [[resId]]);
            if (resId === this.asked) {
                Object.assign(this.state, { ...checklist, error: "" });
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }
}

registry.category("view_widgets").add("key_account_folder_checklist", { component: FolderChecklist });
