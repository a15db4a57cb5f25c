import { onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ProgressBarField, progressBarField } from "@web/views/fields/progress_bar/progress_bar_field";

/** The progress bar of a job that runs on the server: it moves while being watched. */
export class JobProgress extends ProgressBarField {
    setup() {
        super.setup();
        const bus = useService("bus_service");
        const onProgress = ({ id }) => id === this.props.record.resId && this.props.record.load();
        bus.subscribe("key_account_document_job", onProgress);
        onWillUnmount(() => bus.unsubscribe("key_account_document_job", onProgress));
    }
}

registry.category("fields").add("key_account_job_progress", { ...progressBarField, component: JobProgress });
