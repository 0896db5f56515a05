// The first three methods in Java, without dependencies: `aggregate`, `explain` and `advance`.
//
// Try it: python -m restore_domain verify -- java docs/examples/FirstMethods.java

import java.util.*;
import java.util.regex.*;
import java.util.stream.*;

public class FirstMethods {
  enum Status { added, scheduling, scheduled, inProgress, succeeded, failed, unknownFutureValue }

  record Explanation(String status, String rule) {}

  static class Refused extends RuntimeException {}

  static final Set<Status> TERMINAL = EnumSet.of(Status.succeeded, Status.failed);

  /** The status of a session whose artifacts have these known statuses (A1 to A8). */
  static Explanation decide(Set<Status> present) {
    if (only(present, Status.added)) return new Explanation("draft", "A1");
    if (only(present, Status.scheduling)) return new Explanation("activating", "A2");
    if (present.contains(Status.scheduled) || present.contains(Status.inProgress))
      return new Explanation("active", "A3");
    if (only(present, Status.succeeded)) return new Explanation("completed", "A5");
    if (only(present, Status.failed)) return new Explanation("failed", "A6");
    if (TERMINAL.containsAll(present)) return new Explanation("completedWithError", "A4");
    if (only(present, Status.added, Status.scheduling)) return new Explanation("activating", "A8");
    return new Explanation("active", "A7");
  }

  static boolean only(Set<Status> present, Status... statuses) {
    return Set.of(statuses).containsAll(present);
  }

  /** The same for any statuses: what all readings of an unknown one give, if they agree (A9, A10). */
  static Explanation explain(Set<Status> present) {
    if (!present.contains(Status.unknownFutureValue)) return decide(present);
    var answers = IntStream.range(1, 64).mapToObj(reading -> decide(
        Arrays.stream(Status.values())
            .filter(one -> one != Status.unknownFutureValue)
            .filter(one -> present.contains(one) || (reading >> one.ordinal() & 1) == 1)
            .collect(Collectors.toSet())).status()).collect(Collectors.toSet());
    return answers.size() == 1
        ? new Explanation(answers.iterator().next(), "A9")
        : new Explanation("unknownFutureValue", "A10");
  }

  /** The single steps of an artifact's restore (L1). */
  static final Map<Status, Set<Status>> STEPS = Map.of(
      Status.added, Set.of(Status.scheduling),
      Status.scheduling, Set.of(Status.scheduled, Status.failed),
      Status.scheduled, Set.of(Status.inProgress, Status.failed),
      Status.inProgress, Set.of(Status.succeeded, Status.failed));

  /** What one or more steps lead to, which an observer may see (L2). */
  static Set<Status> reachable(Status from) {
    return STEPS.getOrDefault(from, Set.of()).stream()
        .flatMap(next -> Stream.concat(Stream.of(next), reachable(next).stream()))
        .collect(Collectors.toSet());
  }

  /** Whether this reporter may report this change of status (L2 to L4). */
  static String advance(Status from, Status to, String reporter) {
    if (from == to) return "unchanged";
    boolean allowed;
    if (reporter.equals("driver")) allowed = STEPS.getOrDefault(from, Set.of()).contains(to);
    else if (from == Status.unknownFutureValue) allowed = to != Status.added;
    else if (to == Status.unknownFutureValue) allowed = !TERMINAL.contains(from);
    else allowed = reachable(from).contains(to);
    if (!allowed) throw new Refused();
    return "changed";
  }

  /** A text that is not a status counts as `unknownFutureValue`. */
  static Status status(String text) {
    return Arrays.stream(Status.values()).filter(one -> one.name().equals(text)).findFirst()
        .orElse(Status.unknownFutureValue);
  }

  /** The text, or the texts, of a parameter. These methods need no more JSON; others need a library. */
  static List<String> texts(String line, String name) {
    var found = new ArrayList<String>();
    int at = line.indexOf("\"" + name + "\":") + name.length() + 3;
    while (line.charAt(at) == ' ') at++;
    boolean isList = line.charAt(at) == '[';
    for (; line.charAt(at) != ']' && (isList || found.isEmpty()); at++) {
      if (line.charAt(at) != '"') continue;
      int begin = ++at;
      while (line.charAt(at) != '"') at += line.charAt(at) == '\\' ? 2 : 1;
      found.add(line.substring(begin, at));
    }
    return found;
  }

  static Set<Status> statuses(String line) {
    return texts(line, "statuses").stream().map(FirstMethods::status).collect(Collectors.toSet());
  }

  static String answer(String line) {
    switch (texts(line, "method").get(0)) {
      case "describe":
        return "{\"protocol\": 1, \"name\": \"first methods\","
            + " \"methods\": [\"aggregate\", \"explain\", \"advance\"]}";
      case "aggregate":
        return "\"%s\"".formatted(explain(statuses(line)).status());
      case "explain":
        var found = explain(statuses(line));
        return "{\"status\": \"%s\", \"rule\": \"%s\"}".formatted(found.status(), found.rule());
      case "advance":
        return "\"%s\"".formatted(advance(
            status(texts(line, "from").get(0)),
            status(texts(line, "to").get(0)),
            texts(line, "reporter").get(0)));
      default:
        throw new IllegalArgumentException(line);
    }
  }

  public static void main(String[] arguments) {
    var lines = new Scanner(System.in);
    while (lines.hasNextLine()) {
      var line = lines.nextLine();
      var id = Pattern.compile("\"id\": *(\\d+)").matcher(line).results().findFirst().get().group(1);
      String said;
      try {
        said = "\"result\": " + answer(line);
      } catch (Refused refused) {
        said = "\"error\": {\"code\": -32000, \"message\": \"refused\", \"data\":"
            + " {\"code\": \"RestoreSessionActionNotAllowed\", \"httpStatus\": 403}}";
      }
      System.out.println("{\"jsonrpc\": \"2.0\", \"id\": " + id + ", " + said + "}");
    }
  }
}
