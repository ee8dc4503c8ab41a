import com.google.firebase.rules.lang.CompileResult;
import com.google.firebase.rules.lang.FirebaseRulesProtoCompiler;
import com.google.firebase.rules.lang.common.FirebaseRulesLangOptions;
import com.google.firebase.rules.runtime.v1.RulesetAst;
import com.google.firebase.rules.v1.File;
import com.google.firebase.rules.v1.Issue;
import com.google.firebase.rules.v1.Source;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.regex.Pattern;

/**
 * The rules runtime of the Storage emulator, over the rules engine inside the Firestore emulator.
 *
 * <p>The Firebase CLI writes one JSON request a line to stdin and reads one JSON answer a line from
 * stdout: {@code load_ruleset} compiles a rules file, {@code verify} decides one request. While it
 * decides, this program may itself ask for a Firestore document ({@code fetch_firestore_document}).
 *
 * <p>Whatever goes wrong inside a decision refuses: an unknown ruleset, a value that cannot be read
 * and an error raised by a rule all answer {@code permit: false} or an error, never a permission.
 */
public final class StorageRules {
  /** The id under which the CLI waits for the first line, which says that the runtime is up. */
  private static final int READY_ID = -1;

  private static final Pattern VERSION_TWO =
      Pattern.compile("^\\s*rules_version\\s*=\\s*['\"]2['\"]", Pattern.MULTILINE);

  private final Map<String, RulesetAst> rulesets = new HashMap<>();
  private final BufferedReader requests;
  private final PrintStream answers;

  /** Requests that arrived while a document was awaited; the CLI does not wait for its turn. */
  private final Queue<JsonObject> waiting = new ArrayDeque<>();

  private StorageRules(BufferedReader requests, PrintStream answers) {
    this.requests = requests;
    this.answers = answers;
  }

  public static void main(String[] args) throws IOException {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    // Anything a library prints must not land among the answers.
    System.setOut(System.err);
    new StorageRules(
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), answers)
        .serve();
  }

  private void serve() throws IOException {
    send(answer(new JsonPrimitive(READY_ID)));
    for (JsonObject request; (request = next()) != null; ) {
      JsonObject answer = answer(request.get("id"));
      try {
        handle(request, answer);
      } catch (Exception | LinkageError problem) {
        problem.printStackTrace();
        answer.remove("result");
        answer.getAsJsonArray("errors").add(problem.toString());
      }
      send(answer);
    }
  }

  private void handle(JsonObject request, JsonObject answer) throws Exception {
    String action = request.get("action").getAsString();
    JsonObject context = request.getAsJsonObject("context");
    switch (action) {
      case "load_ruleset" -> load(context, answer);
      case "verify" -> verify(request.get("id"), context, answer);
      default -> answer.getAsJsonArray("errors").add("unknown action: " + action);
    }
  }

  /** Compiles and keeps a ruleset; its issues go out as {@code line:column - text}. */
  private void load(JsonObject context, JsonObject answer) {
    Source.Builder source = Source.newBuilder();
    boolean versionTwo = false;
    for (JsonElement element : context.getAsJsonObject("source").getAsJsonArray("files")) {
      JsonObject file = element.getAsJsonObject();
      String content = file.get("content").getAsString();
      versionTwo |= VERSION_TWO.matcher(content).find();
      source.addFiles(
          File.newBuilder().setName(file.get("name").getAsString()).setContent(content));
    }
    CompileResult compiled = compiler().compile(source.build());
    for (Issue issue : compiled.getIssues()) {
      String kind = issue.getSeverity() == Issue.Severity.ERROR ? "errors" : "warnings";
      answer.getAsJsonArray(kind).add(describe(issue));
    }
    if (answer.getAsJsonArray("errors").isEmpty() && !compiled.hasCompilationError()) {
      rulesets.put(context.get("rulesetName").getAsString(), compiled.getRulesetAst());
      JsonObject result = new JsonObject();
      result.addProperty("rulesVersion", versionTwo ? 2 : 1);
      answer.add("result", result);
    }
  }

  private static FirebaseRulesProtoCompiler compiler() {
    return FirebaseRulesProtoCompiler.createStandalone(
        FirebaseRulesLangOptions.builder()
            .allowTernaryOperator(true)
            .allowLetBindings(true)
            .allowCrossServiceRules(true)
            .build());
  }

  private static String describe(Issue issue) {
    return "%d:%d - %s"
        .formatted(
            issue.getSourcePosition().getLine(),
            issue.getSourcePosition().getColumn(),
            issue.getDescription());
  }

  /** Decides one request; an error raised by a rule is a refusal that says why. */
  private void verify(JsonElement id, JsonObject context, JsonObject answer) throws Exception {
    String name = context.get("rulesetName").getAsString();
    RulesetAst ruleset = rulesets.get(name);
    if (ruleset == null) {
      throw new IllegalStateException("no ruleset is loaded under the name " + name);
    }
    Decision decision = new Decision(ruleset, context, path -> document(id, path));
    JsonObject result = new JsonObject();
    result.addProperty("permit", decision.permits());
    decision.reason().ifPresent(answer.getAsJsonArray("warnings")::add);
    answer.add("result", result);
  }

  /** Asks the CLI for a Firestore document; null when there is none. */
  private JsonObject document(JsonElement id, String path) throws IOException {
    JsonObject context = new JsonObject();
    context.addProperty("path", path);
    JsonObject question = new JsonObject();
    question.add("server_request_id", id);
    question.addProperty("action", "fetch_firestore_document");
    question.addProperty("status", "ok");
    question.add("context", context);
    send(question);
    JsonObject reply = read();
    while (reply != null && reply.has("action")) {
      waiting.add(reply);
      reply = read();
    }
    if (reply == null) {
      throw new EOFException("the CLI went away while a document was awaited");
    }
    boolean found = "ok".equals(reply.get("status").getAsString()) && reply.has("result");
    return found ? reply.getAsJsonObject("result") : null;
  }

  private JsonObject next() throws IOException {
    JsonObject first = waiting.poll();
    return first != null ? first : read();
  }

  /** The next line; null at the end of the input. */
  private JsonObject read() throws IOException {
    String line = requests.readLine();
    return line == null ? null : JsonParser.parseString(line).getAsJsonObject();
  }

  private static JsonObject answer(JsonElement id) {
    JsonObject answer = new JsonObject();
    answer.add("id", id);
    answer.addProperty("status", "ok");
    answer.add("errors", new JsonArray());
    answer.add("warnings", new JsonArray());
    return answer;
  }

  private void send(JsonObject line) {
    answers.println(line);
  }
}
