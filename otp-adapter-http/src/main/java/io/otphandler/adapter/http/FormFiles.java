package io.otphandler.adapter.http;

import io.javalin.http.HandlerType;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The form that sites embed: its script, the client of the API that it is built on, and its words in further languages.
 * Wants no token, and lets pages of every site load it: there is nothing in it that is anybody's. Thread-safe.
 */
final class FormFiles {
    private static final String SCRIPT = "text/javascript; charset=utf-8"; // RFC 9239

    /** Whoever embeds it with {@code integrity} needs the first; whoever isolates its pages (COEP) the second. */
    private static final Map<String, String> FOR_EVERYBODY = Map.of(
            "Access-Control-Allow-Origin", "*",
            "Cross-Origin-Resource-Policy", "cross-origin");

    private static final Map<String, String> HEADERS = Stream.concat(
                    FOR_EVERYBODY.entrySet().stream(), Map.of("Cache-Control", "max-age=300").entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final Pattern EXPORT = Pattern.compile("^export ");

    /** No dot and no slash: it names a file of one folder and nothing else. */
    private static final Pattern LOCALE = Pattern.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*");

    private static final int MAX_LOCALE = 35;

    private final ServedFile widget;
    private final ServedFile client;
    /** Those that were asked for; only files that are there, so that nobody can make it grow. */
    private final Map<String, ServedFile> locales = new ConcurrentHashMap<>();

    /** @param basePath that the form finds the API below */
    FormFiles(String basePath) {
        this.client = ServedFile.ofText(SCRIPT, () -> module("client", basePath), HEADERS);
        this.widget = ServedFile.ofText(SCRIPT, () -> form(basePath), HEADERS);
    }

    private static String form(String basePath) {
        return Stream.of(
                        module("client", basePath),
                        module("texts", basePath),
                        module("numbers", basePath),
                        "const CSS = `\n" + JarFiles.text("form/form.css", basePath) + "`;\n",
                        module("form", basePath),
                        module("embed", basePath))
                .map(FormFiles::bare)
                .collect(Collectors.joining("", "(() => {\n'use strict';\n", "})();\n"));
    }

    private static String module(String name, String basePath) {
        return JarFiles.text("form/" + name + ".js", basePath);
    }

    /** What a browser needs of a module that is not one any more: neither comments nor what is indented for people. */
    private static String bare(String module) {
        StringBuilder bare = new StringBuilder(module.length());
        boolean isComment = false;
        for (String line : (Iterable<String>) module.lines().map(String::strip)::iterator) {
            if (isComment || line.startsWith("/*")) {
                isComment = !line.endsWith("*/");
            } else if (!line.isEmpty() && !line.startsWith("//")) {
                bare.append(EXPORT.matcher(line).replaceFirst("")).append('\n');
            }
        }
        return bare.toString();
    }

    /** Before the API: with an empty base path, its {@code /widget/{widgetId}} would take what ends in {@code .json}. */
    void register(Router router) {
        router.add(route("/widget.js"), widget::reply);
        router.add(route("/client.js"), client::reply);
        router.add(route("/widget/{locale}.json"), this::locale);
    }

    private static Route route(String path) {
        return Route.of(HandlerType.GET, path, Set.of());
    }

    private Reply locale(Call call) {
        String name = call.path("locale");
        @Nullable
        ServedFile file = name.length() > MAX_LOCALE || !LOCALE.matcher(name).matches() ? null : file(name);
        if (file == null) {
            Problem problem = Problem.of(WireError.NOT_FOUND);
            for (Map.Entry<String, String> header : FOR_EVERYBODY.entrySet()) {
                problem = problem.with(header.getKey(), header.getValue());
            }
            throw problem;
        }
        return file.reply(call);
    }

    private @Nullable ServedFile file(String locale) {
        ServedFile known = locales.get(locale);
        if (known != null) {
            return known;
        }
        @Nullable
        ServedFile found = JarFiles.find("form/locales/" + locale + ".json")
                .map(content -> ServedFile.of("application/json", () -> content, HEADERS))
                .orElse(null);
        if (found != null) {
            locales.put(locale, found);
        }
        return found;
    }
}
