// A program that conforms, written from docs/conformance.md for Node, without dependencies.
//
//     python -m restore_domain verify -- node docs/examples/conforming.js
//
// It leaves out `audit`, so that is reported as not covered.

"use strict";

const readline = require("node:readline");

// Statuses ---------------------------------------------------------------------------------------

const UNKNOWN = "unknownFutureValue";
const KNOWN = ["added", "scheduling", "scheduled", "inProgress", "succeeded", "failed"];
const TERMINAL = ["succeeded", "failed"];
const WITH_ERROR = ["failed", "completedWithError"];
const ENDED = ["completed", ...WITH_ERROR];

const STEPS = {
  added: ["scheduling"],
  scheduling: ["scheduled", "failed"],
  scheduled: ["inProgress", "failed"],
  inProgress: ["succeeded", "failed"],
  succeeded: [],
  failed: [],
  [UNKNOWN]: [],
};

// The members that every client is shown, and those that only a client is shown that asked.
const SHOWN = {
  artifactRestoreStatus: KNOWN,
  restoreSessionStatus: ["draft", "activating", "active", "completedWithError", "completed"],
  destinationType: ["new", "inPlace"],
  restoreJobType: ["standard", "bulk"],
  restorePointTags: ["none", "fastRestore"],
  restorePointPreference: ["latest", "oldest"],
  restoreArtifactsBulkRequestStatus: ["unknown", "active", "completed", "completedWithErrors"],
};

const artifactStatus = (text) => (KNOWN.includes(text) ? text : UNKNOWN);

// Each choice of known statuses that unknown or missing artifacts may be in.
const READINGS = Array.from({ length: 2 ** KNOWN.length - 1 }, (_, before) =>
  KNOWN.filter((_, place) => (before + 1) & (1 << place)),
);

// The rule and the session's status for the statuses of its artifacts, none of them unknown.
function decide(present) {
  const has = (status) => present.includes(status);
  const all = (...statuses) => present.every((status) => statuses.includes(status));
  if (all("added")) return ["A1", "draft"];
  if (all("scheduling")) return ["A2", "activating"];
  if (has("scheduled") || has("inProgress")) return ["A3", "active"];
  if (all("succeeded")) return ["A5", "completed"];
  if (all("failed")) return ["A6", "failed"];
  if (all(...TERMINAL)) return ["A4", "completedWithError"];
  if (has("succeeded") || has("failed")) return ["A7", "active"];
  return ["A8", "activating"];
}

// The same where some may be unknown: each may stand for any choice of known ones (A9 and A10).
function explain(statuses) {
  const present = statuses.map(artifactStatus);
  const known = present.filter((status) => status !== UNKNOWN);
  if (known.length === present.length) return decide(present);
  const answers = new Set(READINGS.map((reading) => decide([...known, ...reading])[1]));
  return answers.size === 1 ? ["A9", ...answers] : ["A10", UNKNOWN];
}

function reachable(status) {
  return STEPS[status].flatMap((step) => [step, ...reachable(step)]);
}

function mayFollow(from, to, reporter, isStarted = false) {
  if (reporter === "driver") return STEPS[from].includes(to);
  if (from === UNKNOWN && isStarted) return to === "inProgress" || TERMINAL.includes(to);
  if (from === UNKNOWN) return to !== "added" && to !== UNKNOWN;
  return !TERMINAL.includes(from) && (to === UNKNOWN || reachable(from).includes(to));
}

// Refusals ---------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(code, httpStatus = 400) {
    super(code);
    this.data = { code, httpStatus };
  }
}

// Runs where a value makes no sense, and says so by an error of its own.
class NoSense extends Error {}

function expect(condition) {
  if (!condition) throw new NoSense();
}

// JSON -------------------------------------------------------------------------------------------
//
// A number keeps its text where JavaScript's numbers would lose it, and NaN is refused, a
// surrogate without its other half as well.

const WHOLE_DIGITS = 4300;

class LongNumber {
  constructor(text) {
    this.text = text;
  }
}

const TOKEN =
  /[ \t\n\r]*(?:([{}[\]:,])|(true|false|null)|(-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)|("))/y;

function parse(text, mayHaveHalves = false) {
  let place = 0;
  let token;

  function next() {
    TOKEN.lastIndex = place;
    token = TOKEN.exec(text);
    expect(token);
    place = TOKEN.lastIndex;
    if (token[6]) token[6] = string(place - 1);
  }

  // The text that begins at a quotation mark.
  function string(start) {
    let end = start;
    let escapes;
    do {
      end = text.indexOf('"', end + 1);
      expect(end > start);
      for (escapes = 0; text[end - 1 - escapes] === "\\"; ) escapes += 1;
    } while (escapes % 2);
    place = end + 1;
    const content = JSON.parse(text.slice(start, place));
    expect(mayHaveHalves || content.isWellFormed());
    return { content };
  }

  function list(end, read) {
    next();
    if (token[1] === end) return;
    for (;;) {
      read();
      next();
      if (token[1] === end) return;
      expect(token[1] === ",");
      next();
    }
  }

  function value() {
    const [, mark, word, number, fraction, exponent, quoted] = token;
    if (quoted) return quoted.content;
    if (word) return JSON.parse(word);
    if (number) return numeral(number, fraction || exponent);
    if (mark === "[") {
      const entries = [];
      list("]", () => entries.push(value()));
      return entries;
    }
    expect(mark === "{");
    const object = Object.create(null);
    list("}", () => {
      expect(token[6]);
      const name = token[6].content;
      next();
      expect(token[1] === ":");
      next();
      object[name] = value();
    });
    return object;
  }

  next();
  const read = value();
  expect(/^[ \t\n\r]*$/.test(text.slice(place)));
  return read;
}

function numeral(text, isFraction) {
  expect(Number.isFinite(Number(text)) || !isFraction);
  expect(isFraction || text.replace("-", "").length <= WHOLE_DIGITS);
  return String(Number(text)) === text || text === "-0" ? Number(text) : new LongNumber(text);
}

function stringify(value) {
  if (value instanceof LongNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const properties = Object.entries(value).filter(([, content]) => content !== undefined);
  return `{${properties.map(([name, of]) => `${JSON.stringify(name)}:${stringify(of)}`).join(",")}}`;
}

const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LongNumber);
// Whether no text within has half a surrogate pair, which no JSON has.
const isWhole = (value) =>
  typeof value === "string"
    ? value.isWellFormed()
    : typeof value !== "object" ||
      value === null ||
      Object.entries(value).every(([name, content]) => name.isWellFormed() && isWhole(content));
const isJsonObject = (value) => isObject(value) && isWhole(value);
const isThere = (value) => value !== null && value !== undefined;

// Times ------------------------------------------------------------------------------------------

const DIGITS = 12;
const SECOND = 10n ** BigInt(DIGITS);
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,12}))?)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

// A time as a number that can be compared.
function instant(text) {
  expect(typeof text === "string");
  const found = TIME.exec(text);
  expect(found);
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  expect(year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day);
  const [fraction = "", sign, hours, minutes] = found.slice(7);
  const east = sign ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) : 0;
  const seconds = date.getTime() / 1000 + (hour * 60 + minute - east) * 60 + second;
  return BigInt(seconds) * SECOND + BigInt(fraction.padEnd(DIGITS, "0"));
}

const later = (old, given) => (isThere(old) && instant(old) > instant(given) ? old : given);

// Documents --------------------------------------------------------------------------------------

const reason = { code: "text", message: "text", target: "text" };
const results = {
  restoredFolderId: "text",
  restoredFolderName: "text",
  restoredItemCount: "number",
};
const artifact = {
  id: "key",
  status: "artifactRestoreStatus",
  destinationType: "destinationType",
  restorePoint: "restorePoint",
  startDateTime: "time",
  completionDateTime: "time",
  error: "publicError",
  ...results,
};

const requested = { restorePoint: "restorePoint", destinationType: "destinationType" };

const ofBulkRequest = {
  displayName: "text",
  destinationType: "destinationType",
  protectionTimePeriod: "timePeriod",
  restorePointPreference: "restorePointPreference",
  tags: "restorePointTags",
};

// The kinds of the properties of each type; ! marks one that is needed, [] a list, and ? one that
// may be null in a list.
const TYPES = {
  exchangeRestoreSession: {
    id: "key",
    createdBy: "identitySet",
    createdDateTime: "time",
    lastModifiedBy: "identitySet",
    lastModifiedDateTime: "time",
    restoreJobType: "restoreJobType",
    policyId: "text",
    mailboxRestoreArtifacts: "mailboxRestoreArtifact[]",
    granularMailboxRestoreArtifacts: "granularMailboxRestoreArtifact[]",
    mailboxRestoreArtifactsBulkAdditionRequests: "mailboxRestoreArtifactsBulkAdditionRequest[]",
    status: "restoreSessionStatus",
    completedDateTime: "time",
    error: "publicError",
    restoreSessionArtifactCount: "restoreSessionArtifactCount",
  },
  mailboxRestoreArtifact: artifact,
  granularMailboxRestoreArtifact: {
    ...artifact,
    searchResponseId: "text",
    artifactCount: "number",
  },
  mailboxRestoreArtifactsBulkAdditionRequest: {
    ...ofBulkRequest,
    id: "key",
    status: "restoreArtifactsBulkRequestStatus",
    createdBy: "identitySet",
    createdDateTime: "time",
    lastModifiedBy: "identitySet",
    lastModifiedDateTime: "time",
    mailboxes: "text[]",
    directoryObjectIds: "text[]",
    protectionUnitIds: "text[]",
    error: "publicError",
  },
  timePeriod: { startDateTime: "time", endDateTime: "time" },
  restorePoint: {
    id: "text",
    "@odata.id": "text",
    expirationDateTime: "time",
    protectionDateTime: "time",
    tags: "restorePointTags",
    protectionUnit: "protectionUnit",
  },
  protectionUnit: { id: "text", "@odata.id": "text" },
  publicError: { ...reason, details: "publicErrorDetail[]", innerError: "publicInnerError" },
  publicInnerError: { ...reason, details: "publicErrorDetail[]" },
  publicErrorDetail: reason,
  identitySet: { application: "identity", device: "identity", user: "identity" },
  identity: { displayName: "text", id: "text" },
  restoreSessionArtifactCount: {
    total: "number",
    inProgress: "number",
    completed: "number",
    failed: "number",
  },
  mailboxRestoreArtifactCollectionResponse: {
    value: "mailboxRestoreArtifact[]!",
    "@odata.nextLink": "text",
  },
  exchangeRestoreSessionCollectionResponse: {
    value: "exchangeRestoreSession[]!",
    "@odata.nextLink": "text",
  },
  mailboxRestoreArtifactsBulkAdditionRequestCollectionResponse: {
    value: "mailboxRestoreArtifactsBulkAdditionRequest[]!",
    "@odata.nextLink": "text",
  },
  createSessionRequest: {
    mailboxRestoreArtifacts: "requestedArtifact[]",
    granularMailboxRestoreArtifacts: "requestedGranularArtifact[]",
    policyId: "text",
  },
  updateSessionRequest: {
    "mailboxRestoreArtifacts@delta": "requestedEntry[]",
    "granularMailboxRestoreArtifacts@delta": "requestedGranularEntry[]",
    policyId: "text",
  },
  updateSessionResponse: {
    "mailboxRestoreArtifacts@delta": "answeredEntry[]",
    "granularMailboxRestoreArtifacts@delta": "answeredGranularEntry[]",
  },
  createBulkRequest: {
    ...ofBulkRequest,
    mailboxes: "text?[]",
    directoryObjectIds: "text[]",
  },
  resolution: { artifacts: "resolvedArtifact[]", failures: "resolutionFailure[]", ended: "boolean" },
  resolvedArtifact: { restorePoint: "anything" },
  resolutionFailure: { mailbox: "text!", error: "publicError!" },
  requestedArtifact: requested,
  requestedGranularArtifact: { ...requested, searchResponseId: "text" },
  artifactRemoval: { id: "text!", "@removed": "removalReason!" },
  removalReason: { reason: "text" },
  failedEntry: {
    id: "text",
    "@contentId": "text",
    "@Core.DataModificationException": "dataModificationException!",
  },
  dataModificationException: {
    failedOperation: "text",
    responseCode: "number",
    info: "modificationInfo",
  },
  modificationInfo: { code: "text", message: "text" },
  report: {
    ...results,
    artifactId: "text!",
    status: "artifactRestoreStatus!",
    time: "time!",
    error: "publicError",
    startDateTime: "time",
    completionDateTime: "time",
  },
};

const GRANULAR = /^#?microsoft\.graph\.granularMailboxRestoreArtifact$/i; // W5
const WHOLE = "mailboxRestoreArtifacts";
const CHOSEN = "granularMailboxRestoreArtifacts";
const COLLECTIONS = [WHOLE, CHOSEN];
const REQUESTS = "mailboxRestoreArtifactsBulkAdditionRequests";
const DEEPEST = 100;

const isGranular = (type) => typeof type === "string" && GRANULAR.test(type);

// What an entry of a delta is that has no mark.
const PLAIN_ENTRIES = {
  requestedEntry: "requestedArtifact",
  requestedGranularEntry: "requestedGranularArtifact",
  answeredEntry: "mailboxRestoreArtifact",
  answeredGranularEntry: "granularMailboxRestoreArtifact",
};

// The type of an object, where its kind leaves a choice.
function typeOf(kind, value) {
  if (kind.endsWith("Entry") && "@removed" in value) return "artifactRemoval";
  if (kind.startsWith("answered") && "@Core.DataModificationException" in value) return "failedEntry";
  const ofGranular = kind === "artifactOfGranularPage";
  if (ofGranular && !isThere(value["@odata.type"])) return "granularMailboxRestoreArtifact";
  const type = ofGranular ? "mailboxRestoreArtifact" : PLAIN_ENTRIES[kind] ?? kind;
  const isOfItems = type === "mailboxRestoreArtifact" && isGranular(value["@odata.type"]);
  return isOfItems ? "granularMailboxRestoreArtifact" : type;
}

function check(marked, value) {
  const kind = marked.replace(/[!?]$/, "");
  if (kind === "anything" || (marked.endsWith("?") && value === null)) return;
  if (kind.endsWith("[]")) {
    expect(Array.isArray(value));
    value.forEach((entry) => check(kind.slice(0, -2), entry));
  } else if (kind === "text" || kind === "key" || kind in SHOWN) {
    checkText(value);
    expect(value || kind !== "key");
  } else if (kind === "number") {
    expect(typeof value === "number" && value === (value | 0));
  } else if (kind === "boolean") {
    expect(typeof value === "boolean");
  } else if (kind === "time") {
    instant(value);
  } else {
    expect(isObject(value));
    checkObject(typeOf(kind, value), value);
  }
}

function checkText(value) {
  expect(typeof value === "string" && value.isWellFormed());
}

// The kinds of the properties of an object, of which the context of a page says one (W5).
function kindsOf(type, value) {
  const isPage = type === "mailboxRestoreArtifactCollectionResponse";
  const context = value["@odata.context"];
  if (!isPage || typeof context !== "string" || !OF_GRANULAR.test(context)) return TYPES[type];
  return { ...TYPES[type], value: "artifactOfGranularPage[]!" };
}

const OF_GRANULAR =
  /^[^#]*#(?:(?:.*\/)?granularMailboxRestoreArtifacts|Collection\(microsoft\.graph\.granularMailboxRestoreArtifact\))(?:\([^/]*\))?$/is;

function checkObject(type, value) {
  const kinds = kindsOf(type, value);
  for (const [name, content] of Object.entries(value)) {
    checkText(name);
    if (!Object.hasOwn(kinds, name)) checkAnything(content, 1);
    else if (content !== null) check(kinds[name], content);
  }
  for (const [name, kind] of Object.entries(kinds)) {
    const isNeeded = kind.endsWith("!") || kind === "key";
    expect(!isNeeded || isThere(value[name]));
  }
  if (type === "restorePoint" || type === "protectionUnit") expect(value.id || value["@odata.id"]);
  if (type === "exchangeRestoreSession") {
    for (const entities of [artifactsOf(value), requestsOf(value)]) {
      expect(new Set(entities.map(({ id }) => id)).size === entities.length);
    }
  }
}

// What can be kept without knowing what it means.
function checkAnything(value, depth) {
  if (typeof value === "string") checkText(value);
  if (typeof value !== "object" || value === null || value instanceof LongNumber) return;
  expect(depth <= DEEPEST);
  if (!Array.isArray(value)) Object.keys(value).forEach(checkText);
  Object.values(value).forEach((content) => checkAnything(content, depth + 1));
}

function makesSense(kind, value) {
  try {
    check(kind, value);
  } catch (error) {
    if (error instanceof NoSense || error instanceof RangeError) return false;
    throw error;
  }
  return true;
}

// `trim` knows other characters than those with Unicode's property White_Space.
const trimmed = (text) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
const isBlank = (text) => trimmed(text) === "";
const tagsIn = (text) => (text ? text.split(",").map(trimmed) : []);

// A document as a client is shown it that did not ask for unknown members (W3).
function masked(marked, value) {
  const kind = marked.replace("!", "");
  const mask = (text) => (SHOWN[kind].includes(text) ? text : UNKNOWN);
  if (value === null) return null;
  if (kind.endsWith("[]")) return value.map((entry) => masked(kind.slice(0, -2), entry));
  if (kind === "restorePointTags") return tagsIn(value).map(mask).join(",");
  if (kind in SHOWN) return mask(value);
  if (!isObject(value)) return value;
  const kinds = kindsOf(typeOf(kind, value), value);
  const properties = Object.entries(value).map(([name, content]) => [
    name,
    Object.hasOwn(kinds, name) ? masked(kinds[name], content) : content,
  ]);
  return Object.fromEntries(properties);
}

function read(params) {
  let document = params.document;
  if ("text" in params) {
    try {
      document = parse(params.text.replace(/^\ufeff/, "")); // W7
    } catch {
      throw new Refused("InvalidRequest");
    }
  }
  if (!makesSense(params.type, document)) throw new Refused("InvalidRequest");
  return params.includeUnknownEnumMembers === false ? masked(params.type, document) : document;
}

// Sessions ---------------------------------------------------------------------------------------

const artifactsOf = (session) => COLLECTIONS.flatMap((name) => session[name] ?? []);

const requestsOf = (session) => session[REQUESTS] ?? [];

// The artifacts of one kind, wherever they stand; a kind has the name of its list.
function ofKind(session, kind) {
  const isWhole = (stored) => typeOf("mailboxRestoreArtifact", stored) === "mailboxRestoreArtifact";
  const [whole, chosen] = COLLECTIONS.map((name) => session[name] ?? []);
  if (kind === WHOLE) return whole.filter(isWhole);
  return [...whole.filter((stored) => !isWhole(stored)), ...chosen];
}

// The kind of artifacts that a session takes (S9).
function kindTaken(session) {
  const [whole, chosen] = COLLECTIONS.map((kind) => ofKind(session, kind).length > 0);
  return session.restoreJobType === "granular" || (chosen && !whole) ? CHOSEN : WHOLE;
}

// What the artifacts of a session say, and what stands in the aggregate for those to come: an active
// bulk request (B3), or, where no artifact ever came, a failure (B4).
const artifactStatuses = (session) =>
  artifactsOf(session).map((stored) => artifactStatus(stored.status));

function statusesOf(session) {
  if (isFailedBulk(session)) return ["failed"];
  const toCome = isActivated(session) ? "scheduling" : "added";
  return [...artifactStatuses(session), ...(hasActive(session) ? [toCome] : [])];
}

const isBulk = (session) => session.restoreJobType === "bulk" || requestsOf(session).length > 0; // S9
const hasActive = (session) => requestsOf(session).some(({ status }) => status === "active");

// Whether a bulk session was activated: an artifact says so, or what is declared (B6).
const isActivated = (session) =>
  artifactStatuses(session).some((status) => status !== "added") ||
  (isThere(session.status) && session.status !== "draft");

function isFailedBulk(session) {
  if (!isBulk(session) || artifactsOf(session).length > 0 || hasActive(session)) return false;
  if (isThere(session.status)) return session.status === "failed";
  return requestsOf(session).some(({ status }) => status === "completedWithErrors");
}

const mayBeGranular = (kind) => isThere(kind) && kind !== "standard" && kind !== "bulk";
const lacksGranular = (session) =>
  mayBeGranular(session.restoreJobType) && !isThere(session[CHOSEN]);

// The type of a session once an operation has changed it (S9); one that shows that artifacts are
// missing stays (S8).
const jobTypeOf = (session) =>
  isBulk(session) && !lacksGranular(session) ? "bulk" : session.restoreJobType;

// Whether a session shows that artifacts of it are missing (S8).
function lacksArtifacts(session) {
  const names = [...COLLECTIONS, REQUESTS];
  const length = (name) => session[name]?.length ?? 0;
  const isLink = (link) => isThere(link) && link !== "";
  const isNumber = (value) => typeof value === "number" || value instanceof LongNumber;
  const isMore = (number, than) => isNumber(number) && Number(number.text ?? number) > than;
  const contained = artifactsOf(session).length;
  const mayCome = isBulk(session) && !isThere(session[REQUESTS]) && !ENDED.includes(session.status);
  const isEmptyBulk = isBulk(session) && contained === 0 && !hasActive(session);
  return (
    names.some((name) => isLink(session[`${name}@odata.nextLink`])) ||
    names.some((name) => isMore(session[`${name}@odata.count`], length(name))) ||
    isMore(session.restoreSessionArtifactCount?.total, contained) ||
    lacksGranular(session) ||
    mayCome ||
    !COLLECTIONS.some((name) => isThere(session[name])) ||
    (isEmptyBulk && !isFailedBulk(session)) ||
    requestsOf(session).some(({ status }) => !OF_KNOWN_REQUESTS.includes(status))
  );
}

const OF_KNOWN_REQUESTS = ["active", "completed", "completedWithErrors"];

function statusOf(session) {
  const statuses = statusesOf(session);
  if (!lacksArtifacts(session)) return explain(statuses)[1];
  const certain = explain([...statuses, UNKNOWN])[1];
  const isPossible = READINGS.some((more) => explain([...statuses, ...more])[1] === session.status);
  return certain === UNKNOWN && isPossible ? session.status : certain;
}

function completedTime(session) {
  if (lacksArtifacts(session)) return session.completedDateTime;
  if (!ENDED.includes(statusOf(session))) return undefined;
  const last = (times) => times.filter(isThere).reduce(later, undefined);
  if (!isFailedBulk(session)) return last(artifactsOf(session).map((stored) => stored.completionDateTime));
  const changes = requestsOf(session).map((request) => request.lastModifiedDateTime);
  return last(changes) ?? session.completedDateTime;
}

function errorOf(session) {
  if (!WITH_ERROR.includes(statusOf(session))) return undefined;
  if (isFailedBulk(session)) {
    const errors = requestsOf(session).map(({ error }) => error).filter(isThere);
    const details = errors.flatMap((error) => error.details ?? []);
    return (errors.length === 0 && session.error) || errorMadeOf(details, errors);
  }
  const details = artifactsOf(session)
    .filter((stored) => stored.status === "failed")
    .map((stored) => detailOf(stored.error ?? { code: "UnknownError" }, stored.id));
  return errorMadeOf(details, details);
}

const detailOf = ({ code, message }, target) => ({ code, message, target });

// An error of these details, which has a code if all of these have the same.
function errorMadeOf(details, coded) {
  const codes = new Set(coded.map(({ code }) => code ?? null));
  const code = (codes.size === 1 && coded[0].code) || "UnknownError";
  return { code, message: `${details.length} failed`, details };
}

function countsOf(session) {
  const statuses = artifactStatuses(session);
  const count = (wanted) => statuses.filter((status) => status === wanted).length;
  return {
    total: statuses.length,
    inProgress: statuses.filter((status) => status !== "added" && !TERMINAL.includes(status)).length,
    completed: count("succeeded"),
    failed: count("failed"),
  };
}

// Things in the order they came, each with a number that is never given again.
class Numbered {
  constructor(ids) {
    this.numbers = new Map();
    this.next = 1;
    this.add(ids);
  }

  add(ids) {
    for (const id of ids) this.numbers.set(id, this.next++);
  }

  page(entries, { top, skipToken }) {
    const number = (entry) => this.numbers.get(entry.id);
    if (top instanceof LongNumber && /^[1-9]\d*$/.test(top.text)) top = Infinity;
    if (isThere(top) && !(top === Infinity || (Number.isInteger(top) && top >= 1))) throw new Refused("InvalidRequest");
    let rest = entries;
    if (isThere(skipToken)) {
      const token = typeof skipToken === "string" && /^behind (\d+)$/.exec(skipToken);
      if (!token) throw new Refused("InvalidRequest");
      rest = entries.filter((entry) => number(entry) > Number(token[1]));
    }
    const value = rest.slice(0, top ?? rest.length);
    const more = value.length < rest.length;
    return { value, skipToken: more ? `behind ${number(value.at(-1))}` : null };
  }
}

const isPrintable = (text) => /^(?: |[^\p{C}\p{Z}])*$/u.test(text);
const isName = (value) => typeof value === "string" && !isBlank(value) && isPrintable(value);

// The key that is equal for the same restore point.
function keyOf(point) {
  if (point.id) return point.id;
  const [reference] = (point["@odata.id"] ?? "").split(/[?#]/);
  const path = reference.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "");
  const segment = path.replace(/\/+$/, "").split("/").at(-1).replace(ESCAPES, unescaped);
  const key = /^[^(]*\((.*)\)$/s.exec(segment)?.[1] ?? segment;
  return /^'.*'$/s.test(key) ? key.slice(1, -1).replaceAll("''", "'") : key;
}

const ESCAPES =
  /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi;

// The character of these escapes, or themselves if they stand for none.
function unescaped(escapes) {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

// What asks for artifacts, rightly or not.
const NAMES_OF_LISTS = [
  ...COLLECTIONS,
  "granularMailboxRestoreArtifact",
  REQUESTS,
].flatMap((name) => [name, `${name}@delta`]);

const isRemoval = (entry) => "@removed" in entry;

// The kind of the list in the body of a request, and its entries; nothing without one.
function listed(request, suffix, malformed) {
  if (!isJsonObject(request)) throw new Refused(malformed);
  const kinds = COLLECTIONS.filter((kind) => kind + suffix in request);
  for (const kind of kinds) {
    const entries = request[kind + suffix] ?? [];
    if (!Array.isArray(entries) || !entries.every(isObject)) throw new Refused(malformed);
    const removals = suffix ? entries.filter(isRemoval) : [];
    if (!removals.every((entry) => makesSense("artifactRemoval", entry))) throw new Refused(malformed);
  }
  if ("policyId" in request && !makesSense("text", request.policyId)) throw new Refused(malformed);
  const own = COLLECTIONS.map((kind) => kind + suffix);
  const isOdd = NAMES_OF_LISTS.some((name) => name in request && !own.includes(name));
  const [kind, ...more] = kinds;
  if (isOdd || more.length > 0) throw new Refused("InvalidArtifactRequest");
  if (!kind) return undefined;
  const entries = request[kind + suffix] ?? [];
  if (entries.length === 0) throw new Refused("InvalidArtifactRequest");
  return [kind, entries];
}

const isType = (text, type) =>
  typeof text === "string" &&
  text.replace(/^#/, "").toLowerCase() === `microsoft.graph.${type}`.toLowerCase();

// Refuses an artifact that asks for something of another kind than its list.
function checkKinds(kind, requestedArtifacts) {
  const type = kind === WHOLE ? "mailboxRestoreArtifact" : "granularMailboxRestoreArtifact";
  for (const entry of requestedArtifacts) {
    const search = entry.searchResponseId;
    const isSearch =
      kind === WHOLE ? !("searchResponseId" in entry) : typeof search === "string" && !isBlank(search);
    const isTyped = !("@odata.type" in entry) || isType(entry["@odata.type"], type);
    if (!isSearch || !isTyped) throw new Refused("InvalidArtifactRequest");
  }
}

// Refuses what a session does not take: the other kind, or anything beside it (S9).
function checkTaken(session, kind, requestedArtifacts) {
  const other = kind === WHOLE ? CHOSEN : WHOLE;
  const isBeside = requestedArtifacts.length > 0 && ofKind(session, other).length > 0;
  if (kind !== kindTaken(session) || isBeside) throw new Refused("InvalidArtifactRequest");
}

function checkDestinationsAndPoints(requested) {
  if (!requested.every(({ destinationType }) => SHOWN.destinationType.includes(destinationType))) {
    throw new Refused("InvalidPathType");
  }
  checkPoints(requested);
}

function checkPoints(requested) {
  const isPoint = (point) => makesSense("restorePoint", point) && isName(keyOf(point));
  if (!requested.every(({ restorePoint }) => isPoint(restorePoint))) {
    throw new Refused("InvalidRestorePoint");
  }
}

// The key that is equal for artifacts of a kind that restore the same, if there is one.
function restoredBy(kind, { restorePoint, searchResponseId }) {
  if (!isThere(restorePoint) || (kind === CHOSEN && !searchResponseId)) return undefined;
  return JSON.stringify([keyOf(restorePoint), kind === CHOSEN ? searchResponseId : null]);
}

function checkDuplicates(kind, requested, stored) {
  const keys = [...stored, ...requested].map((one) => restoredBy(kind, one)).filter(isThere);
  const requestedKeys = keys.slice(keys.length - requested.length);
  if (requestedKeys.some((key) => keys.indexOf(key) !== keys.lastIndexOf(key))) {
    throw new Refused("DuplicateArtifactInList");
  }
}

function checkSameDestination(requested, stored) {
  const [first] = [...stored, ...requested].map((one) => one.destinationType).filter(isThere);
  if (requested.some(({ destinationType }) => destinationType !== first)) {
    throw new Refused("DifferentRestoreDestinationType");
  }
}

function added(requested, ids) {
  return requested.map(({ destinationType, restorePoint, searchResponseId }, place) => ({
    id: ids[place],
    status: "added",
    destinationType,
    restorePoint,
    searchResponseId,
  }));
}

function notThere(id) {
  const info = { code: "Invalid", message: "there is no such artifact" };
  const exception = { failedOperation: "remove", responseCode: 409, info };
  return { id, "@Core.DataModificationException": exception };
}

// An artifact after a report, or undefined if it says nothing new.
function reported(session, old, report, reporter) {
  if (!makesSense("report", report)) throw new Refused("InvalidArtifactRequest");
  const stored = old.get(report.artifactId);
  const from = stored && artifactStatus(stored.status);
  const to = artifactStatus(report.status);
  const error = report.error ?? undefined;
  const said = Object.keys(results).filter((name) => isThere(report[name]));
  const mayHaveRun = to === "inProgress" || TERMINAL.includes(to);
  if (said.length > 0 && !mayHaveRun && !(to === UNKNOWN && reporter === "observer")) {
    throw new Refused("InvalidArtifactRequest");
  }
  const mayLackError = to === "failed" && reporter === "observer";
  if (from !== to && isThere(error) !== (to === "failed") && !mayLackError) {
    throw new Refused("InvalidArtifactRequest");
  }
  if (!stored) throw new Refused("ArtifactNotFound", 404);
  if (from === to) return completed(stored, report, said);
  const isStarted = isThere(stored.startDateTime);
  if (!mayFollow(from, to, reporter, isStarted)) {
    throw new Refused("RestoreSessionActionNotAllowed", 403);
  }
  const startDateTime = startOf(session, stored, report, reporter, to);
  const completionDateTime = TERMINAL.includes(to)
    ? later(startDateTime ?? session.createdDateTime, report.completionDateTime ?? report.time)
    : undefined;
  const given = Object.fromEntries(said.map((name) => [name, report[name]]));
  return { ...stored, ...given, status: to, startDateTime, completionDateTime, error };
}

// An artifact after a report of the status that it is in, or undefined if that says nothing new.
function completed(stored, report, said) {
  const status = artifactStatus(stored.status);
  const names = status === "failed" && isThere(report.error) ? [...said, "error"] : said;
  const news = names.filter((name) =>
    status === "inProgress"
      ? stored[name] !== report[name]
      : TERMINAL.includes(status) && !isThere(stored[name]),
  );
  if (news.length === 0) return undefined;
  return { ...stored, ...Object.fromEntries(news.map((name) => [name, report[name]])) };
}

function startOf(session, stored, report, reporter, to) {
  if (to === "scheduling" || to === "scheduled") return undefined;
  const hasRun = !["added", "scheduling", "scheduled"].includes(artifactStatus(stored.status));
  if (hasRun && isThere(stored.startDateTime)) return stored.startDateTime;
  const ran = to === "inProgress" || to === "succeeded";
  const hasBegun = ran || reporter === "observer" || artifactStatus(stored.status) === "inProgress";
  const known = hasBegun ? report.startDateTime : undefined;
  const start = known ?? (ran ? report.time : undefined);
  return isThere(start) ? later(session.createdDateTime, start) : undefined;
}

// Operations -------------------------------------------------------------------------------------

let sessions; // by id, in the order of creation; as declared, if `asGiven` has the id
let asGiven;
let order;
let limits;

function reset(params) {
  sessions = new Map();
  asGiven = new Set();
  order = new Numbered([]);
  limits = {
    artifactsPerRequest: 50,
    activeSessions: 25,
    retentionDays: 365,
    restorationResources: 10_000,
    ...params.limits,
  };
  for (const session of params.sessions ?? []) {
    keep(session);
    asGiven.add(session.id);
  }
  return null;
}

function keep(session) {
  const orders = [...COLLECTIONS, REQUESTS].map((name) => {
    const ids = (session[name] ?? []).map(({ id }) => id);
    return [name, new Numbered(ids)];
  });
  sessions.set(session.id, { session, orders: Object.fromEntries(orders) });
  order.add([session.id]);
}

function forget(id) {
  sessions.delete(id);
  asGiven.delete(id);
}

// A session with what follows from its artifacts.
function shown(session) {
  if (asGiven.has(session.id)) return session;
  if (lacksArtifacts(session)) return { ...session, status: session.status ?? statusOf(session) };
  return {
    ...session,
    status: statusOf(session),
    completedDateTime: completedTime(session),
    error: errorOf(session),
    restoreSessionArtifactCount: countsOf(session),
  };
}

// What a session still says of what is derived, once it has other parts (S1a).
function stillSaid(session, parts) {
  if (!lacksArtifacts(session)) {
    const { status, completedDateTime, error, restoreSessionArtifactCount, ...rest } = session;
    for (const name of [...COLLECTIONS, REQUESTS]) delete rest[`${name}@odata.count`];
    // no artifact may say that the session is activated, and nothing is forgotten of that (B6)
    const staysActive = hasActive(session) && hasActive({ ...session, ...parts });
    if (staysActive && isActivated(session)) rest.status = "activating";
    if (isBulk(session)) rest[REQUESTS] ??= [];
    return rest;
  }
  const [before, count] = [statusOf(session), session.restoreSessionArtifactCount];
  const said = { ...session, status: before === UNKNOWN ? session.status : before };
  const now = statusOf({ ...said, ...parts });
  if (now !== UNKNOWN) said.status = now;
  if (isThere(count)) {
    const { inProgress, completed, failed, ...total } = count;
    said.restoreSessionArtifactCount = total;
  }
  return said;
}

// Keeps what is new in a session, and who changed it and when (S6).
function change(session, parts, time, actor) {
  const before = session.lastModifiedDateTime ?? session.createdDateTime;
  const lastModifiedDateTime = later(before, time);
  const restoreJobType = jobTypeOf({ ...session, ...parts });
  const said = stillSaid(session, parts);
  const changed = { ...said, restoreJobType, ...parts, lastModifiedDateTime };
  if (isThere(actor)) changed.lastModifiedBy = actor;
  sessions.get(session.id).session = changed;
  asGiven.delete(session.id);
  return changed;
}

function withArtifacts(session, changed) {
  const parts = {};
  for (const name of COLLECTIONS.filter((collection) => isThere(session[collection]))) {
    parts[name] = session[name].map((stored) => changed.get(stored.id) ?? stored);
  }
  return parts;
}

function found({ sessionId }) {
  if (!isName(sessionId)) throw new Refused("InvalidRestoreSessionId");
  const kept = sessions.get(sessionId);
  if (!kept) throw new Refused("RestoreSessionNotFound", 404);
  return kept.session;
}

function draft(params) {
  const session = found(params);
  if (statusOf(session) === "draft" && !lacksArtifacts(session)) return session;
  throw new Refused("RestoreSessionActionNotAllowed", 403);
}

// A draft that is not a bulk session.
function extendable(params) {
  const session = draft(params);
  if (!isBulk(session)) return session;
  throw new Refused("RestoreSessionActionNotAllowed", 403);
}

function create({ sessionId, request: body, artifactIds, now, actor }) {
  const request = body ?? {};
  const [kind, requested] = listed(request, "", "InvalidArtifactRequest") ?? [WHOLE, []];
  checkKinds(kind, requested);
  if (requested.length > limits.artifactsPerRequest) {
    throw new Refused("RestoreArtifactsLimitBreached", 413);
  }
  checkDestinationsAndPoints(requested);
  checkSameDestination(requested, []);
  checkDuplicates(kind, requested, []);
  const session = {
    id: sessionId,
    createdBy: actor,
    createdDateTime: now,
    lastModifiedBy: actor,
    lastModifiedDateTime: now,
    restoreJobType: kind === CHOSEN ? "granular" : "standard",
    policyId: request.policyId,
    [kind]: added(requested, artifactIds),
  };
  keep(session);
  return shown(session);
}

function list(params) {
  const all = [...sessions.values()].map(({ session }) => shown(session));
  return order.page(all, params);
}

const listOf = (name) => (params) => {
  const session = found(params);
  return sessions.get(session.id).orders[name].page(session[name] ?? [], params);
};

function update(params) {
  const session = extendable(params);
  const { request } = params;
  const asked = listed(request, "@delta", "InvalidPatchRequest");
  if (!asked && !("policyId" in request)) throw new Refused("InvalidArtifactRequest");
  const [kind, entries] = asked ?? [kindTaken(session), []];
  const requested = entries.filter((entry) => !isRemoval(entry));
  checkKinds(kind, requested);
  checkTaken(session, kind, requested);
  if (entries.length > limits.artifactsPerRequest) {
    throw new Refused("RestoreArtifactsLimitBreached");
  }
  const staying = new Set(ofKind(session, kind).map(({ id }) => id));
  const removed = new Set();
  const failed = new Map();
  for (const entry of entries.filter(isRemoval)) {
    if (staying.delete(entry.id)) removed.add(entry.id);
    else failed.set(entry, notThere(entry.id));
  }
  const additions = takeArtifacts(session, kind, requested, params.artifactIds, removed, params);
  if (!asked) return {};
  const answers = entries.map((entry) =>
    isRemoval(entry) ? failed.get(entry) : additions[requested.indexOf(entry)],
  );
  return { [`${kind}@delta`]: answers.filter((answer) => answer !== undefined) };
}

function createArtifact(params) {
  const session = extendable(params);
  const { request, artifactId } = params;
  if (!isJsonObject(request)) throw new Refused("InvalidArtifactRequest");
  checkKinds(WHOLE, [request]);
  checkTaken(session, WHOLE, [request]);
  const given = { ...params, request: {} };
  return takeArtifacts(session, WHOLE, [request], [artifactId], new Set(), given)[0];
}

function takeArtifacts(session, kind, requested, ids, removed, { request, now, actor }) {
  const stays = ({ id }) => !removed.has(id);
  checkDestinationsAndPoints(requested);
  checkDuplicates(kind, requested, ofKind(session, kind).filter(stays));
  checkSameDestination(requested, artifactsOf(session).filter(stays));
  const additions = added(requested, ids);
  const policyId = request.policyId ?? session.policyId;
  const isNews = additions.length + removed.size > 0 || policyId !== session.policyId;
  if (isNews) {
    const parts = { policyId };
    for (const name of COLLECTIONS.filter((collection) => isThere(session[collection]))) {
      parts[name] = session[name].filter(stays);
    }
    if (additions.length > 0) {
      parts[kind] = [...(parts[kind] ?? []), ...additions];
      sessions.get(session.id).orders[kind].add(additions.map(({ id }) => id));
    }
    change(session, parts, now, actor);
  }
  return additions;
}

const scheduled = (stored) => ({
  ...stored,
  status: "scheduling",
  startDateTime: undefined,
  completionDateTime: undefined,
  error: undefined,
});

function activate(params) {
  const session = draft(params);
  const artifacts = artifactsOf(session);
  if (artifacts.length === 0 && !hasActive(session)) throw new Refused("InvalidArtifactRequest");
  const statuses = [...sessions.values()].map((kept) => statusOf(kept.session));
  const active = statuses.filter((status) => status === "activating" || status === "active");
  if (active.length >= limits.activeSessions) {
    throw new Refused("TooManyActiveRestoreSessions", 500);
  }
  const scheduling = new Map(artifacts.map((stored) => [stored.id, scheduled(stored)]));
  const parts = withArtifacts(session, scheduling);
  if (hasActive(session)) parts.status = "activating"; // no artifact may say so (B6)
  return shown(change(session, parts, params.now, params.actor));
}

function remove(params) {
  forget(draft(params).id);
  return null;
}

// Bulk requests ----------------------------------------------------------------------------------

function foundRequest(session, { bulkRequestId }) {
  if (!isName(bulkRequestId)) throw new Refused("InvalidBulkRestoreArtifactId");
  const request = requestsOf(session).find(({ id }) => id === bulkRequestId);
  if (request) return request;
  throw new Refused("BulkRestoreArtifactsNotFound", 404);
}

// A bulk request as answers show it, which leave out what may be long.
const shownRequest = ({ mailboxes, directoryObjectIds, ...others }) => others;

const resourcesOf = ({ mailboxes, directoryObjectIds }) => [
  ...(mailboxes ?? []),
  ...(directoryObjectIds ?? []),
];

const BULK_TYPE = "mailboxRestoreArtifactsBulkAdditionRequest";

const isMember = (kind, text) => !isThere(text) || SHOWN[kind].includes(text);

function isBulkRequest(asked) {
  if (!makesSense("createBulkRequest", asked) || "protectionUnitIds" in asked) return false;
  const { restorePointPreference, tags, directoryObjectIds, protectionTimePeriod: period } = asked;
  if ("@odata.type" in asked && !isType(asked["@odata.type"], BULK_TYPE)) return false;
  const [start, end] = [period?.startDateTime, period?.endDateTime];
  return (
    isMember("restorePointPreference", restorePointPreference) &&
    tagsIn(tags).every((tag) => isMember("restorePointTags", tag)) &&
    resourcesOf(asked).length > 0 &&
    (directoryObjectIds ?? []).every((id) => isThere(id) && !isBlank(id)) &&
    !(isThere(start) && isThere(end) && instant(end) < instant(start))
  );
}

function isEmail(value) {
  const parts = typeof value === "string" ? value.split("@") : [];
  return parts.length === 2 && parts.every((part) => part && !part.includes(" ") && isPrintable(part));
}

function createBulkRequest(params) {
  const { bulkRequestId, request: asked, now, actor } = params;
  const session = draft(params);
  const isTaken = artifactsOf(session).length > 0 || requestsOf(session).length > 0;
  if (isTaken || kindTaken(session) !== WHOLE) {
    throw new Refused("RestoreSessionActionNotAllowed", 403);
  }
  if (!isBulkRequest(asked)) throw new Refused("BulkRestoreInvalidCreateRequest");
  if (!SHOWN.destinationType.includes(asked.destinationType)) throw new Refused("InvalidPathType");
  if (resourcesOf(asked).length > limits.restorationResources) {
    throw new Refused("BulkRestoreRestorationResourcesCountExceedsLimit");
  }
  if (!(asked.mailboxes ?? []).every(isEmail)) {
    throw new Refused("BulkRestoreInvalidCreateRequestUserEmail");
  }
  const said = Object.keys(TYPES.createBulkRequest).map((name) => [name, asked[name]]);
  const time = later(session.lastModifiedDateTime ?? session.createdDateTime, now);
  const request = {
    id: bulkRequestId,
    status: "active",
    createdBy: actor,
    createdDateTime: time,
    lastModifiedBy: actor,
    lastModifiedDateTime: time,
    ...Object.fromEntries(said),
  };
  if (isThere(asked.tags)) request.tags = tagsIn(asked.tags).join(",");
  sessions.get(session.id).orders[REQUESTS].add([request.id]);
  change(session, { [REQUESTS]: [request], restoreJobType: "bulk" }, now, actor);
  return shownRequest(request);
}

const getBulkRequest = (params) => shownRequest(foundRequest(found(params), params));

function listBulkRequests(params) {
  const { value, skipToken } = listOf(REQUESTS)(params);
  return { value: value.map(shownRequest), skipToken };
}

function deleteBulkRequest(params) {
  const session = found(params);
  const request = foundRequest(session, params);
  if (!["completed", "completedWithErrors"].includes(request.status)) {
    throw new Refused("InvalidStateForBulkRequestDeletion", 403);
  }
  const parts = {
    [REQUESTS]: requestsOf(session).filter((other) => other !== request),
    restoreJobType: jobTypeOf(session),
  };
  if (isFailedBulk(session) && !lacksArtifacts(session)) {
    // nothing else says that the session failed, and why (B4)
    parts.status = "failed";
    parts.completedDateTime = completedTime(session);
    parts.error = errorOf(session);
    parts.restoreSessionArtifactCount = countsOf(session);
  }
  change(session, parts, params.now, params.actor);
  if (parts.status) asGiven.add(session.id);
  return null;
}

const destinationOf = ({ destinationType: to }) => (isMember("destinationType", to) ? to : UNKNOWN);

// What the failures of a resolution add to those of the request.
function newFailures(request, resolution) {
  const details = [...(request.error?.details ?? [])];
  const old = details.length;
  for (const { mailbox, error } of resolution.failures ?? []) {
    if (!details.some(({ target }) => target === mailbox)) details.push(detailOf(error, mailbox));
  }
  return details.slice(old);
}

function checkResolution(session, request, resolution) {
  if (!makesSense("resolution", resolution)) throw new Refused("InvalidArtifactRequest");
  const resources = resourcesOf(request);
  const asked = resolution.artifacts ?? [];
  checkKinds(WHOLE, asked);
  const goesElsewhere = asked.some(
    ({ destinationType: to }) => isThere(to) && to !== destinationOf(request),
  );
  const artifacts = artifactsOf(session).length + asked.length;
  const details = [...(request.error?.details ?? []), ...newFailures(request, resolution)];
  const isKnown = resources.length > 0;
  const isOther = (resolution.failures ?? []).some(
    ({ mailbox }) => isBlank(mailbox) || (isKnown && !resources.includes(mailbox)),
  );
  const all = artifacts + details.length;
  const isTooMuch = isKnown && all > resources.length;
  if (goesElsewhere || isOther || isTooMuch || (resolution.ended && all === 0)) {
    throw new Refused("InvalidArtifactRequest");
  }
}

function resolveBulkRequest(params) {
  const session = found(params);
  const request = foundRequest(session, params);
  const { resolution, artifactIds, now, actor } = params;
  const isOpen = request.status === "active" && !ENDED.includes(statusOf(session));
  if (!isOpen || !isActivated(session) || lacksArtifacts(session)) {
    throw new Refused("RestoreSessionActionNotAllowed", 403);
  }
  checkResolution(session, request, resolution);
  const asked = resolution.artifacts ?? [];
  checkPoints(asked);
  checkDuplicates(WHOLE, asked, ofKind(session, WHOLE));
  const additions = asked.map(({ restorePoint }, place) => ({
    id: artifactIds[place],
    status: "scheduling",
    destinationType: destinationOf(request),
    restorePoint,
  }));
  const failures = newFailures(request, resolution);
  if (additions.length + failures.length === 0 && !resolution.ended) return { value: [] };
  const late = artifactsOf(session).filter(({ status }) => status === "added").map(scheduled);
  const times = [request, session].map((one) => one.lastModifiedDateTime ?? one.createdDateTime);
  const resolved = { ...request, lastModifiedDateTime: times.reduce((to, old) => later(old, to), now) };
  if (isThere(actor)) resolved.lastModifiedBy = actor;
  if (failures.length > 0) {
    const old = request.error ?? undefined;
    const details = [...(old?.details ?? []), ...failures];
    resolved.error = { ...old, ...errorMadeOf(details, [...(old ? [old] : []), ...failures]) };
  }
  if (resolution.ended) {
    resolved.status = isThere(resolved.error) ? "completedWithErrors" : "completed";
  }
  const parts = withArtifacts(session, new Map(late.map((stored) => [stored.id, stored])));
  if (additions.length > 0) parts[WHOLE] = [...(parts[WHOLE] ?? []), ...additions];
  sessions.get(session.id).orders[WHOLE].add(additions.map(({ id }) => id));
  parts[REQUESTS] = requestsOf(session).map((other) => (other === request ? resolved : other));
  change(session, parts, now, actor);
  return { value: additions };
}

// Reports ----------------------------------------------------------------------------------------

function reporterOf({ reporter }) {
  const who = reporter ?? "driver";
  if (who !== "driver" && who !== "observer") throw new Refused("InvalidRequest");
  return who;
}

function record(params) {
  const reporter = reporterOf(params);
  const session = found(params);
  const { report, actor } = params;
  const old = new Map(artifactsOf(session).map((stored) => [stored.id, stored]));
  const changed = reported(session, old, report, reporter);
  if (!changed) return old.get(report.artifactId);
  change(session, withArtifacts(session, new Map([[changed.id, changed]])), report.time, actor);
  return changed;
}

function recordBatch(params) {
  const reporter = reporterOf(params);
  const session = found(params);
  const now = new Map(artifactsOf(session).map((stored) => [stored.id, stored]));
  const changed = new Map();
  let latest;
  for (const report of params.reports) {
    const artifactNow = reported(session, now, report, reporter);
    if (artifactNow) {
      now.set(artifactNow.id, artifactNow);
      changed.set(artifactNow.id, artifactNow);
      latest = later(latest, report.time);
    }
  }
  if (changed.size > 0) change(session, withArtifacts(session, changed), latest, params.actor);
  return { value: [...changed.values()] };
}

function expire({ now }) {
  const kept = BigInt(limits.retentionDays) * 86400n * SECOND;
  const gone = [...sessions.values()]
    .map(({ session }) => session)
    .filter((session) => ENDED.includes(statusOf(session)))
    .filter((session) => {
      const ended = completedTime(session) ?? session.lastModifiedDateTime;
      return isThere(ended) && instant(now) - instant(ended) > kept;
    })
    .map(({ id }) => id);
  gone.forEach(forget);
  return { value: gone };
}

function advance({ from, to, reporter }) {
  const [old, next] = [artifactStatus(from), artifactStatus(to)];
  if (old === next) return "unchanged";
  if (!mayFollow(old, next, reporter)) throw new Refused("RestoreSessionActionNotAllowed", 403);
  return "changed";
}

// The protocol -----------------------------------------------------------------------------------

const METHODS = {
  reset,
  aggregate: ({ statuses }) => explain(statuses)[1],
  explain: ({ statuses }) => {
    const [rule, status] = explain(statuses);
    return { status, rule };
  },
  advance,
  read,
  create,
  get: (params) => shown(found(params)),
  list,
  update,
  activate,
  delete: remove,
  listArtifacts: listOf(WHOLE),
  listGranularArtifacts: listOf(CHOSEN),
  createArtifact,
  createBulkRequest,
  getBulkRequest,
  listBulkRequests,
  deleteBulkRequest,
  resolveBulkRequest,
  record,
  recordBatch,
  expire,
};

function answer(method, params) {
  if (method === "describe") {
    const methods = [...Object.keys(METHODS), "reset.limits", "reset.sessions"];
    return { result: { protocol: 1, name: "conforming.js", methods } };
  }
  if (!Object.hasOwn(METHODS, method)) {
    return { error: { code: -32601, message: `there is no method ${method}` } };
  }
  try {
    return { result: METHODS[method](params) };
  } catch (error) {
    if (error instanceof Refused) {
      return { error: { code: -32000, message: error.message, data: error.data } };
    }
    return { error: { code: -32603, message: String(error) } };
  }
}

reset({});
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = parse(line, true);
  process.stdout.write(`${stringify({ jsonrpc: "2.0", id, ...answer(method, params) })}\n`);
});
