// The page that tries the state machines out. It knows no rule: TABLES says all that it shows.
"use strict";

/** Make an element: its attributes, and what is in it. */
function make(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...content);
  return made;
}

const code = (text) => make("code", {}, text);
const link = (rule) => make("a", { href: `specification.html#${rule.toLowerCase()}` }, rule);

/** Put commas between elements. */
const listed = (elements) => elements.flatMap((one, place) => (place ? [", ", one] : [one]));

/** A radio button or a checkbox with its label. */
function choice(type, group, text, checked, chosen) {
  const input = make("input", { type, name: group, value: text, checked, onchange: chosen });
  return make("label", { class: "choice" }, input, " ", text);
}

/** The row of the decision table for these statuses: bit i of its number is the i-th status. */
function row(statuses) {
  const number = TABLES.statuses.reduce(
    (sum, status, bit) => sum + (statuses.includes(status) ? 2 ** bit : 0), 0);
  return { number, ...TABLES.cases[number] };
}

/** What a row says, in words. */
function said(found) {
  const deciding = found.deciding.length ? listed(found.deciding.map(code)) : ["nothing"];
  return [
    make("p", { class: "answer" }, "The session is ", make("strong", {}, found.status), "."),
    make("p", {}, "Rule ", link(found.rule), ": ", TABLES.rules[found.rule], "."),
    make("p", {}, "Deciding: ", ...deciding, `. Case ${found.number} of ${TABLES.cases.length}.`),
  ];
}

/** A part of the page that a screen reader reads aloud when it changes. */
const live = (label) => make("div", { class: "said", role: "status", "aria-label": label });

/** The picture of a state machine, in which the state is marked that it is in. */
function picture(name) {
  const host = make("div", { class: "picture", tabindex: "0" });
  const shadow = host.attachShadow({ mode: "open" });
  shadow.innerHTML =
    `<style>svg { max-width: 100%; min-width: 36rem; height: auto } .box.now { fill: #ffd75e; stroke: #8a5a00 }
     .box.now + text { fill: #17202e; font-weight: 700 }</style>${TABLES.pictures[name]}`;
  const title = shadow.querySelector("title").textContent;
  shadow.querySelector("svg").setAttribute("aria-hidden", "true");
  const mark = (state) => {
    for (const box of shadow.querySelectorAll(".box"))
      box.classList.toggle("now", box.nextElementSibling.textContent === state);
    host.setAttribute("aria-label", `${title}: ${state}`);
  };
  host.setAttribute("role", "img");
  return { host, mark };
}

/** The first part: statuses of artifacts to the status of their session. */
function decisions() {
  const answer = live("Status of the session");
  const section = make("section", { "aria-labelledby": "the-status-of-a-session" });
  const chosen = () =>
    [...section.querySelectorAll("input:checked")].map((input) => input.value);
  const show = () => answer.replaceChildren(...said(row(chosen())));
  section.append(
    make("h2", { id: "the-status-of-a-session" }, "The status of a session"),
    make("fieldset", {},
      make("legend", {}, "Its artifacts are"),
      ...TABLES.statuses.map((status) => choice("checkbox", "status", status, false, show))),
    answer);
  show();
  return section;
}

/** The second part: a session whose artifacts are reported, one status at a time. */
function steps() {
  const BEGIN = Object.keys(TABLES.artifacts)[0];
  const MOST = 5;
  let artifacts, reported, reporter;

  const outcome = live("What came of the report");
  const whole = live("Status of the session of these artifacts");
  const chooseReporter = make("fieldset", {});
  const chooseArtifact = make("fieldset", {});
  const report = make("fieldset", {});
  const log = make("ol", { "aria-label": "Reports that were accepted" });
  const life = picture("lifecycle");
  const session = picture("session");
  const section = make("section", { "aria-labelledby": "the-life-of-an-artifact" });

  const statusOf = (state) => TABLES.artifacts[state].status;
  const sessionNow = () => row(artifacts.map(statusOf));

  function begin() {
    artifacts = [BEGIN, BEGIN];
    reported = 0;
    reporter = reporter ?? Object.keys(TABLES.artifacts[BEGIN].reports)[0];
    log.replaceChildren();
    outcome.replaceChildren(make("p", {}, "Nothing was reported yet."));
  }

  function send(status) {
    const [before, from] = [sessionNow().status, artifacts[reported]];
    const answer = TABLES.artifacts[from].reports[reporter][status];
    const what = [`${reporter}: artifact ${reported + 1} `, code(statusOf(from)), " to ", code(status)];
    if (answer.to) {
      artifacts[reported] = answer.to;
      const after = sessionNow().status;
      const moved = before === after ? `stays ${after}` : `${before} to ${after}`;
      log.append(make("li", {}, ...what, `; the session: ${moved}`));
      outcome.replaceChildren(make("p", {}, `Accepted: artifact ${reported + 1} is `, code(status), "."));
    } else if (answer.unchanged) {
      outcome.replaceChildren(make("p", {}, "No change (", link(answer.rule), "): it is ", code(status), " already."));
    } else {
      const stale = answer.stale ? " The report is stale: the artifact may have passed that status." : "";
      outcome.replaceChildren(make("p", {}, "Refused (", link(answer.rule), `): ${answer.refused}.${stale}`));
    }
    show();
  }

  function button(status) {
    const answer = TABLES.artifacts[artifacts[reported]].reports[reporter][status];
    const note = answer.to ? "" : answer.unchanged ? "no change" : `refused, ${answer.rule}`;
    return make("button",
      { type: "button", class: answer.to ? "" : "not", "data-status": status, onclick: () => send(status) },
      status, ...(note ? [" ", make("small", {}, note)] : []));
  }

  /** Draw it all again, and leave the focus where it was. */
  function show() {
    const focus = document.activeElement?.dataset?.status;
    chooseReporter.replaceChildren(
      make("legend", {}, "Reporter"),
      ...Object.keys(TABLES.artifacts[BEGIN].reports).map((name) =>
        choice("radio", "reporter", name, name === reporter, () => { reporter = name; drawReports(); })));
    chooseArtifact.replaceChildren(
      make("legend", {}, "Artifact"),
      ...artifacts.map((state, place) =>
        choice("radio", "artifact", `${place + 1}: ${state}`, place === reported,
          () => { reported = place; drawReports(); })));
    drawReports();
    whole.replaceChildren(...said(sessionNow()));
    session.mark(sessionNow().status);
    if (focus) report.querySelector(`[data-status=${focus}]`).focus();
  }

  function drawReports() {
    report.replaceChildren(
      make("legend", {}, `Report of artifact ${reported + 1}`), ...TABLES.statuses.map(button));
    life.mark(statusOf(artifacts[reported]));
  }

  function add() {
    if (artifacts.length < MOST) artifacts.push(BEGIN);
    outcome.replaceChildren(make("p", {}, `The session has ${artifacts.length} artifacts.`));
    show();
  }

  section.append(
    make("h2", { id: "the-life-of-an-artifact" }, "The life of an artifact"),
    chooseReporter, chooseArtifact, report,
    make("p", {},
      make("button", { type: "button", onclick: add }, `Add an artifact (${MOST} at most)`), " ",
      make("button", { type: "button", onclick: () => { begin(); show(); } }, "Begin again")),
    outcome, whole, log, life.host, session.host);
  begin();
  show();
  return section;
}

document.getElementById("explore").replaceChildren(decisions(), steps());
