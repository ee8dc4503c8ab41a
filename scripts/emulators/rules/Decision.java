import com.google.common.collect.ImmutableMap;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.firebase.rules.runtime.common.AsyncRuntimeFunction;
import com.google.firebase.rules.runtime.common.EvaluationException;
import com.google.firebase.rules.runtime.common.Evaluator;
import com.google.firebase.rules.runtime.impl.DefaultEvaluator;
import com.google.firebase.rules.runtime.v1.ExecutionRequest;
import com.google.firebase.rules.runtime.v1.ExecutionResponse;
import com.google.firebase.rules.runtime.v1.ExpressionPathValue;
import com.google.firebase.rules.runtime.v1.ExpressionValue;
import com.google.firebase.rules.runtime.v1.RulesetAst;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** One request judged by one ruleset: what is asked, the variables, the functions rules may call. */
final class Decision implements Evaluator.Context {
  /** Where {@code firestore.get} and {@code firestore.exists} look; null when nothing is there. */
  interface Documents {
    JsonObject at(String path) throws IOException;
  }

  private final String service;
  private final String method;
  private final ExpressionPathValue path;
  private final ImmutableMap<String, Supplier<ListenableFuture<ExpressionValue>>> variables;
  private final ImmutableMap<String, AsyncRuntimeFunction> functions;
  private final boolean permitted;
  private final Optional<String> reason;

  /**
   * @param context the CLI's request: service, method, path and variables
   */
  Decision(RulesetAst ruleset, JsonObject context, Documents documents) throws Exception {
    this.service = context.get("service").getAsString();
    this.method = context.get("method").getAsString();
    this.path = Values.path(context.get("path").getAsString());
    this.variables = variables(context.getAsJsonObject("variables"));
    this.functions =
        ImmutableMap.of(
            "debug", new Function("debug", Decision::debug),
            "firestore.get", new Function("firestore.get", call -> get(call, documents)),
            "firestore.exists", new Function("firestore.exists", call -> exists(call, documents)));
    boolean allowed = false;
    String problem = null;
    try {
      allowed = new DefaultEvaluator(ruleset).evaluate(this).get().permit();
    } catch (ExecutionException refusal) {
      problem = String.valueOf(refusal.getCause().getMessage());
    }
    this.permitted = allowed;
    this.reason = Optional.ofNullable(problem);
  }

  boolean permits() {
    return permitted;
  }

  /** Why a rule could not be evaluated, when that is what refused. */
  Optional<String> reason() {
    return reason;
  }

  private static ImmutableMap<String, Supplier<ListenableFuture<ExpressionValue>>> variables(
      JsonObject given) throws Exception {
    ImmutableMap.Builder<String, Supplier<ListenableFuture<ExpressionValue>>> variables =
        ImmutableMap.builder();
    for (Map.Entry<String, JsonElement> entry : given.entrySet()) {
      ExpressionValue value = Values.expression(entry.getValue());
      variables.put(entry.getKey(), () -> Futures.immediateFuture(value));
    }
    return variables.build();
  }

  private static ExpressionValue debug(ExecutionRequest call) {
    System.err.println("debug: " + call.getArguments(0));
    return call.getArguments(0);
  }

  private static ExpressionValue exists(ExecutionRequest call, Documents documents)
      throws IOException {
    boolean found = documents.at(Values.text(call.getArguments(0))) != null;
    return ExpressionValue.newBuilder().setBoolValue(found).build();
  }

  private static ExpressionValue get(ExecutionRequest call, Documents documents)
      throws IOException, EvaluationException {
    String where = Values.text(call.getArguments(0));
    JsonObject document = documents.at(where);
    if (document == null) {
      throw new EvaluationException(call.getSourcePosition(), "document not found: " + where);
    }
    return Values.document(where, document);
  }

  @Override
  public String service() {
    return service;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public ExpressionPathValue path() {
    return path;
  }

  @Override
  public ImmutableMap<String, Supplier<ListenableFuture<ExpressionValue>>> variables() {
    return variables;
  }

  @Override
  public ImmutableMap<String, AsyncRuntimeFunction> functions() {
    return functions;
  }

  /** What a named function does with its arguments. */
  private interface Body {
    ExpressionValue answer(ExecutionRequest call) throws Exception;
  }

  /** A function of the rules language, in the shape the engine calls. */
  private record Function(String name, Body body) implements AsyncRuntimeFunction {
    @Override
    public ListenableFuture<ExecutionResponse> execute(ExecutionRequest call) {
      try {
        return Futures.immediateFuture(
            ExecutionResponse.newBuilder().setValue(body.answer(call)).build());
      } catch (Exception problem) {
        return Futures.immediateFailedFuture(problem);
      }
    }
  }
}
