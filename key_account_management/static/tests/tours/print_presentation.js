import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** Notes the next file that the client saves at the body: its name, type and first characters. */
function watchDownload() {
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob) => {
        URL.createObjectURL = createObjectURL;
        const url = createObjectURL.call(URL, blob);
        blob.slice(0, 5)
            .text()
            .then((begin) => {
                document.body.dataset.saved = `${blob.type} ${begin}`;
            });
        return url;
    };
    document.addEventListener("click", ({ target }) => {
        if (target.matches("a[download]")) {
            document.body.dataset.savedAs = target.download;
        }
    });
}

registry.category("web_tour.tours").add("key_account_print_presentation", {
    steps: () => [
        ...stepUtils.goToAppSteps("key_account_management.menu_root", "Open the app"),
        {
            content: "It opens on what needs attention; go to the accounts",
            trigger: ".o_menu_sections [data-menu-xmlid='key_account_management.menu_accounts']",
            run: "click",
        },
        {
            content: "Open the account",
            trigger: ".o_data_row td[name='complete_name']:contains(Hansen Robotik)",
            run: "click",
        },
        {
            content: "It opens on the account",
            trigger: ".o_form_view .o_notebook a[name='key_account_overview']",
            run: watchDownload,
        },
        {
            content: "Open the menu of the form",
            trigger: ".o_control_panel .o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        {
            content: "Open Print",
            trigger: ".o-dropdown--menu button:has(.fa-print)",
            run: "hover && click",
        },
        {
            content: "Print the presentation",
            trigger: ".o-dropdown--menu .o_menu_item:contains(Review Presentation)",
            run: "click",
        },
        {
            content: "The presentation arrives as a PDF",
            trigger: "body[data-saved='application/pdf %PDF-'][data-saved-as*='Hansen Robotik GmbH']",
            timeout: 40000,
        },
    ],
});
