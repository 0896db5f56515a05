// A program with one method, to begin with: `aggregate` (docs/conformance.md).
//
// Try it: python -m restore_domain verify -- node docs/examples/first_method.js
"use strict";

const KNOWN = ["added", "scheduling", "scheduled", "inProgress", "succeeded", "failed"];
const UNKNOWN = "unknownFutureValue";

/** The status of a session whose artifacts have these known statuses (A1 to A8). */
function decide(present) {
  const only = (...statuses) => present.every((status) => statuses.includes(status));
  if (only("added")) return "draft";
  if (only("scheduling")) return "activating";
  if (present.includes("scheduled") || present.includes("inProgress")) return "active";
  if (only("succeeded")) return "completed";
  if (only("failed")) return "failed";
  if (only("succeeded", "failed")) return "completedWithError";
  return only("added", "scheduling") ? "activating" : "active";
}

/** The same for any statuses: what all readings of an unknown one give, if they agree (A9, A10). */
function aggregate(statuses) {
  const present = statuses.filter((status) => KNOWN.includes(status));
  if (present.length === statuses.length) return decide(present);
  const answers = new Set();
  for (let reading = 1; reading < 2 ** KNOWN.length; reading++) {
    answers.add(decide([...present, ...KNOWN.filter((_, place) => reading & (2 ** place))]));
  }
  return answers.size === 1 ? [...answers][0] : UNKNOWN;
}

const METHODS = {
  describe: () => ({ protocol: 1, name: "first method", methods: ["aggregate"] }),
  aggregate: ({ statuses }) => aggregate(statuses),
};

require("node:readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    console.log(JSON.stringify({ jsonrpc: "2.0", id, result: METHODS[method](params) }));
  });
