package io.otphandler.adapter.http;

import io.otphandler.adapter.http.jetty.Exchange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for known routes without the servlets and Javalin behind it, which took a quarter of such a request's
 * processor time (docs/performance.md). Whatever is not plain goes on to Javalin, which has the same routes: paths with
 * anything but letters, digits, {@code -} and {@code _} between their slashes, other methods, and what nobody knows.
 * Routes are held against a path in the order in which they were added, as Javalin does. Routes are added before the
 * server starts; then thread-safe.
 */
final class DirectRoutes extends Handler.Wrapper {
    private final Executor executor;
    private final boolean isNear;
    /** By their method and how many slashes they have. */
    private final Map<String, List<List<Template>>> templates = new HashMap<>();

    /**
     * @param executor where requests are answered that may have to wait for something
     * @param isNear whether {@linkplain Route#isPrompt prompt} ones are not among them, as neither the store nor keys have to
     *     be waited for
     */
    DirectRoutes(Executor executor, boolean isNear) {
        this.executor = executor;
        this.isNear = isNear;
    }

    /** It is the thread that waits for all connections' requests that comes here with them. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** @param path with its parameters, each a whole segment, in braces; what is otherwise in a segment is not for here */
    void add(String method, String path, Gate gate) {
        Template template = Template.of(path, gate);
        if (template == null) {
            return;
        }
        List<List<Template>> bySlashes = templates.computeIfAbsent(method, unused -> new ArrayList<>());
        int slashes = template.segments.size();
        while (bySlashes.size() <= slashes) {
            bySlashes.add(new ArrayList<>());
        }
        bySlashes.get(slashes).add(template);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        @Nullable Match match = match(request.getMethod(), request.getHttpURI().getPath());
        if (match == null) {
            later(request, response, callback, () -> super.handle(request, response, callback));
        } else if (isNear && match.gate.isPrompt(request)) {
            answer(match, request, response, callback);
        } else {
            later(request, response, callback, () -> {
                answer(match, request, response, callback);
                return true;
            });
        }
        return true;
    }

    /** What {@link #handle} does, but later. */
    @FunctionalInterface
    private interface Handling {
        boolean isHandled() throws Exception;
    }

    /** On a thread that may have to wait. */
    private void later(Request request, Response response, Callback callback, Handling handling) {
        executor.execute(() -> {
            try {
                if (!handling.isHandled()) {
                    Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
                }
            } catch (Throwable failure) {
                Response.writeError(request, response, callback, failure);
            }
        });
    }

    private static void answer(Match match, Request request, Response response, Callback callback) {
        Gate gate = match.gate;
        CompletableFuture<Reply> answer = gate.ask(request, match.parameters);
        if (answer.isDone()) {
            gate.reply(request, answer).writeTo(response, callback);
            return;
        }
        Exchange exchange = Exchange.of(request);
        // it is held for longer than a connection may be idle
        request.addIdleTimeoutListener(timeout -> false);
        request.addFailureListener(callback::failed);
        answer.whenComplete((reply, failure) -> {
            if (exchange.isOver()) {
                // the client has gone
                return;
            }
            try {
                // waits for nobody: here, where it was completed, is as good a place as any
                gate.reply(request, answer).writeTo(response, callback);
            } catch (RuntimeException | Error e) {
                callback.failed(e);
            }
        });
    }

    private @Nullable Match match(String method, String path) {
        List<List<Template>> bySlashes = templates.get(method);
        if (bySlashes == null) {
            return null;
        }
        int end = path.length();
        // as Javalin does, which is told to ignore it
        if (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        int slashes = 0;
        for (int i = 0; i < end; i++) {
            char c = path.charAt(i);
            if (c == '/') {
                slashes++;
            } else if (!isPlain(c)) {
                return null;
            }
        }
        if (slashes >= bySlashes.size()) {
            return null;
        }
        for (Template template : bySlashes.get(slashes)) {
            Match match = template.match(path, end);
            if (match != null) {
                return match;
            }
        }
        return null;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    }

    /**
     * A path.
     *
     * @param segments what follows each slash
     * @param gate of the route that has this path
     */
    private record Template(List<Segment> segments, Gate gate) {
        /** Null: something of it is neither plain nor a parameter, so that no plain path fits it. */
        static @Nullable Template of(String path, Gate gate) {
            String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            List<Segment> segments = bare.isEmpty()
                    ? List.of()
                    : Stream.of(bare.substring(1).split("/", -1))
                            .map(Segment::of)
                            .toList();
            boolean plain =
                    segments.stream().allMatch(segment -> segment.text.chars().allMatch(c -> isPlain((char) c)));
            return plain ? new Template(segments, gate) : null;
        }

        /**
         * Null: the path does not fit.
         *
         * @param end of the path, which has as many slashes as there are segments
         */
        @Nullable
        Match match(String path, int end) {
            Map<String, String> parameters = Map.of();
            int start = 1;
            for (Segment segment : segments) {
                int slash = path.indexOf('/', start);
                int next = slash < 0 || slash > end ? end : slash;
                if (segment.isParameter) {
                    if (next == start) {
                        return null;
                    }
                    if (parameters.isEmpty()) {
                        parameters = new HashMap<>();
                    }
                    parameters.put(segment.text, path.substring(start, next));
                } else if (next - start != segment.text.length() || !path.startsWith(segment.text, start)) {
                    return null;
                }
                start = next + 1;
            }
            return new Match(gate, parameters);
        }
    }

    /** @param text the parameter's name, or the segment itself */
    private record Segment(String text, boolean isParameter) {
        static Segment of(String written) {
            return written.startsWith("{") && written.endsWith("}")
                    ? new Segment(written.substring(1, written.length() - 1), true)
                    : new Segment(written, false);
        }
    }

    private record Match(Gate gate, Map<String, String> parameters) {}
}
