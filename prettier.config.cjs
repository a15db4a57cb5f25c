const { createRequire } = require("node:module");

// Where the commands in scripts/ put what scripts/package.json names
const tools = createRequire(`${__dirname}/.environment/node/package.json`);

module.exports = {
    printWidth: 120,
    tabWidth: 4,
    trailingComma: "es5",
    bracketSameLine: true,
    plugins: [tools.resolve("@prettier/plugin-xml")],
    // A blank may be a part of the text that a user reads: "preserve" adds some inside and between inline elements
    xmlWhitespaceSensitivity: "strict",
    xmlSelfClosingSpace: false,
};
