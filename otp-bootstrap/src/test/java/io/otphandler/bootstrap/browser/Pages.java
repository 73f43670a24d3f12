package io.otphandler.bootstrap.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Somebody else's site: small pages, served on a port of their own. Thread-safe. */
public final class Pages implements AutoCloseable {

    /** What answers a request. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private Pages(HttpServer server) {
        this.server = server;
    }

    public static Pages start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            Pages pages = new Pages(server);
            server.setExecutor(pages.threads);
            server.createContext("/", pages::answer);
            server.start();
            return pages;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The origin, without a slash at its end. */
    public String site() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Serves a whole HTML page. @return its address */
    public String page(String path, String html) {
        return page(path, html, Map.of());
    }

    /** Serves a whole HTML page with these headers, such as a Content-Security-Policy. @return its address */
    public String page(String path, String html, Map<String, String> headers) {
        return file(path, "text/html; charset=utf-8", html, headers);
    }

    public String file(String path, String type, String content, Map<String, String> headers) {
        return on(path, exchange -> {
            headers.forEach(exchange.getResponseHeaders()::set);
            reply(exchange, 200, type, content);
        });
    }

    /** Has all requests at the path, of any method, answered so. @return its address */
    public String on(String path, Answer answer) {
        answers.put(path, answer);
        return site() + path;
    }

    public static void reply(HttpExchange exchange, int status, String type, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        Answer answer = answers.get(exchange.getRequestURI().getPath());
        if (answer == null && exchange.getRequestURI().getPath().equals("/favicon.ico")) {
            // asked for unbidden, and nothing that a console should complain of
            reply(exchange, 204, "image/x-icon", "");
        } else if (answer == null) {
            reply(exchange, 404, "text/plain", "");
        } else {
            answer.to(exchange);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
