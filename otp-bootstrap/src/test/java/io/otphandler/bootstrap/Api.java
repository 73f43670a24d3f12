package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otphandler.adapter.http.OpenApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A client of a running service, with a token of one account. All that it is answered is as the service describes it. */
public final class Api {

    public static final String DEMO_WIDGET = "00000000-0000-4000-8000-000000000001";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final String site;
    private final String token;

    public Api(String site, String token) {
        this.site = site;
        this.token = token;
    }

    /** An answer. */
    public record Answer(int status, JsonNode body, HttpResponse<String> response) {

        public String type() {
            return body.path("type").asText();
        }

        public boolean success() {
            return body.path("success").asBoolean();
        }

        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }
    }

    public Answer send(String recipient) {
        return send(DEMO_WIDGET, recipient);
    }

    public Answer send(String widget, String recipient) {
        return post("/", "{\"widgetId\":\"" + widget + "\",\"recipient\":\"" + recipient + "\"}");
    }

    public String started(String recipient) {
        return send(recipient).body().path("requestId").asText();
    }

    public Answer checkCode(String request, String code) {
        return post("/" + request + "/checkCode", "{\"code\":\"" + code + "\"}");
    }

    public Answer channel(String request) {
        return get("/" + request + "/channel");
    }

    public Answer channelPoll(String request) {
        return get("/longPolling/" + request + "/channel");
    }

    public Answer status(String request, String recipient) {
        return get("/" + request + "/status?recipient=" + encoded(recipient));
    }

    public CompletableFuture<Answer> statusPoll(String request, String recipient) {
        return later(
                request("GET", apiPath("/longPolling/" + request + "/status?recipient=" + encoded(recipient)), null));
    }

    public Answer checkStatusAndComplete(String request, String recipient) {
        return post("/" + request + "/checkStatusAndComplete?recipient=" + encoded(recipient), null);
    }

    /** With an idempotency key. */
    Answer sendOnce(String key, String recipient) {
        return postOnce(key, "/", "{\"widgetId\":\"" + DEMO_WIDGET + "\",\"recipient\":\"" + recipient + "\"}");
    }

    /** With an idempotency key. */
    Answer checkStatusAndCompleteOnce(String key, String request, String recipient) {
        return postOnce(key, "/" + request + "/checkStatusAndComplete?recipient=" + encoded(recipient), null);
    }

    /** With an idempotency key. */
    Answer postOnce(String key, String path, String body) {
        return now(request("POST", apiPath(path), body, "Idempotency-Key", key));
    }

    public Answer get(String path) {
        return now(request("GET", apiPath(path), null));
    }

    public Answer post(String path, String body) {
        return now(request("POST", apiPath(path), body));
    }

    /** A request outside the API's base path. */
    public Answer site(String method, String path, String body) {
        return now(request(method, path, body));
    }

    /** What is answered at a path outside the API, as it is. */
    public String text(String path) {
        try {
            return described(client.send(request("GET", path, null), HttpResponse.BodyHandlers.ofString()))
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The code that the sandbox was last given for the recipient; empty: none. */
    public Optional<String> code(String recipient) {
        return Optional.ofNullable(lastMessage(recipient).path("code").textValue());
    }

    public JsonNode lastMessage(String recipient) {
        return messages(recipient).path(0);
    }

    public JsonNode messages(String recipient) {
        return site("GET", "/sandbox/messages?recipient=" + encoded(recipient), null)
                .body();
    }

    public Answer receipt(String dispatchId, String status) {
        return site("POST", "/sandbox/messages/" + dispatchId + "/receipt", "{\"status\":\"" + status + "\"}");
    }

    public Answer behave(String recipient, String channel, String outcome, int delayMs) {
        return site(
                "PUT",
                "/sandbox/behaviours",
                "{\"recipient\":\"" + recipient + "\",\"channel\":\"" + channel + "\",\"outcome\":\"" + outcome
                        + "\",\"delayMs\":" + delayMs + "}");
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String apiPath(String path) {
        return "/api/n/otp-handler" + path;
    }

    private HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(site + path))
                .header("Authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(60));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return request.method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private Answer now(HttpRequest request) {
        try {
            return answer(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<Answer> later(HttpRequest request) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(Api::answer);
    }

    private static HttpResponse<String> described(HttpResponse<String> response) {
        assertThat(OpenApi.faults(response, response.body().getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        return response;
    }

    private static Answer answer(HttpResponse<String> response) {
        described(response);
        try {
            JsonNode body = response.body().isEmpty() ? JSON.missingNode() : JSON.readTree(response.body());
            return new Answer(response.statusCode(), body, response);
        } catch (IOException e) {
            throw new UncheckedIOException("Not JSON: " + response.body(), e);
        }
    }
}
