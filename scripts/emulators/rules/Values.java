import com.google.firebase.rules.runtime.v1.ExpressionListValue;
import com.google.firebase.rules.runtime.v1.ExpressionMapValue;
import com.google.firebase.rules.runtime.v1.ExpressionPathSegmentValue;
import com.google.firebase.rules.runtime.v1.ExpressionPathValue;
import com.google.firebase.rules.runtime.v1.ExpressionValue;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.NullValue;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import java.text.ParseException;
import java.util.Map;

/** Between the CLI's JSON, Firestore's REST values and the engine's expression values. */
final class Values {
  private Values() {}

  /** The CLI's {@code {"string_value": …}} form as a value of the engine. */
  static ExpressionValue expression(JsonElement json) throws InvalidProtocolBufferException {
    ExpressionValue.Builder value = ExpressionValue.newBuilder();
    JsonFormat.parser().ignoringUnknownFields().merge(nullsNamed(json).toString(), value);
    return value.build();
  }

  /** The CLI writes {@code "null_value": null}, which protobuf's JSON reads as "not set". */
  private static JsonElement nullsNamed(JsonElement json) {
    if (json.isJsonObject()) {
      JsonObject named = new JsonObject();
      for (Map.Entry<String, JsonElement> entry : json.getAsJsonObject().entrySet()) {
        boolean isNull = entry.getKey().equals("null_value") && entry.getValue().isJsonNull();
        named.add(
            entry.getKey(),
            isNull ? new JsonPrimitive("NULL_VALUE") : nullsNamed(entry.getValue()));
      }
      return named;
    }
    if (json.isJsonArray()) {
      JsonArray named = new JsonArray();
      json.getAsJsonArray().forEach(element -> named.add(nullsNamed(element)));
      return named;
    }
    return json;
  }

  static ExpressionPathValue path(String text) {
    ExpressionPathValue.Builder path = ExpressionPathValue.newBuilder();
    for (String segment : text.split("/")) {
      if (!segment.isEmpty()) {
        path.addSegments(ExpressionPathSegmentValue.newBuilder().setSimple(segment));
      }
    }
    return path.build();
  }

  /** A path argument as {@code /databases/(default)/documents/…}, whichever form it came in. */
  static String text(ExpressionValue argument) {
    ExpressionPathValue path =
        argument.hasPathValue() ? argument.getPathValue() : path(argument.getStringValue());
    StringBuilder text = new StringBuilder();
    path.getSegmentsList().forEach(segment -> text.append('/').append(segment.getSimple()));
    return text.toString();
  }

  /** A document of Firestore's REST interface as rules see it: {@code data} and {@code id}. */
  static ExpressionValue document(String path, JsonObject document) {
    String id = path.substring(path.lastIndexOf('/') + 1);
    ExpressionMapValue.Builder seen =
        ExpressionMapValue.newBuilder()
            .putFields("data", map(document))
            .putFields("id", ExpressionValue.newBuilder().setStringValue(id).build());
    return ExpressionValue.newBuilder().setMapValue(seen).build();
  }

  private static ExpressionValue map(JsonObject holder) {
    ExpressionMapValue.Builder map = ExpressionMapValue.newBuilder();
    if (holder.has("fields")) {
      holder
          .getAsJsonObject("fields")
          .entrySet()
          .forEach(field -> map.putFields(field.getKey(), firestore(field.getValue())));
    }
    return ExpressionValue.newBuilder().setMapValue(map).build();
  }

  private static ExpressionValue list(JsonObject holder) {
    ExpressionListValue.Builder list = ExpressionListValue.newBuilder();
    if (holder.has("values")) {
      holder.getAsJsonArray("values").forEach(element -> list.addValues(firestore(element)));
    }
    return ExpressionValue.newBuilder().setListValue(list).build();
  }

  /** A typed value of Firestore's REST interface, such as {@code {"integerValue": "7"}}. */
  private static ExpressionValue firestore(JsonElement typed) {
    Map.Entry<String, JsonElement> entry =
        typed.getAsJsonObject().entrySet().iterator().next();
    JsonElement value = entry.getValue();
    ExpressionValue.Builder built = ExpressionValue.newBuilder();
    return switch (entry.getKey()) {
      case "stringValue" -> built.setStringValue(value.getAsString()).build();
      case "booleanValue" -> built.setBoolValue(value.getAsBoolean()).build();
      case "integerValue" -> built.setIntValue(value.getAsLong()).build();
      case "doubleValue" -> built.setFloatValue(value.getAsDouble()).build();
      case "timestampValue" -> timestamp(built, value.getAsString());
      case "arrayValue" -> list(value.getAsJsonObject());
      case "mapValue" -> map(value.getAsJsonObject());
      case "nullValue" -> built.setNullValue(NullValue.NULL_VALUE).build();
      default -> throw new IllegalArgumentException(
          "storage rules cannot read a Firestore " + entry.getKey() + " here");
    };
  }

  private static ExpressionValue timestamp(ExpressionValue.Builder built, String text) {
    try {
      return built.setTimestampValue(Timestamps.parse(text)).build();
    } catch (ParseException problem) {
      throw new IllegalArgumentException("not a timestamp: " + text, problem);
    }
  }
}
