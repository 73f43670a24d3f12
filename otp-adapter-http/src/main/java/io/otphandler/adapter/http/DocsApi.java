package io.otphandler.adapter.http;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API's description in OpenAPI, and a page to browse it, served from this jar alone. Wants no token. Stateless. */
final class DocsApi {
    private static final String YAML = "application/yaml"; // RFC 9512
    private static final String HTML = "text/html; charset=utf-8";

    /** The files of the page, and what they are. */
    private static final Map<String, String> FILES = Map.of(
            "swagger-ui.css", "text/css; charset=utf-8",
            "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
            "start.js", "text/javascript; charset=utf-8",
            "favicon-32x32.png", "image/png");

    /** Nothing from elsewhere, and no script in the page itself; Swagger UI sets styles as it draws. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final String basePath;

    /** @param basePath that the wire contract's operations stand below */
    DocsApi(String basePath) {
        this.basePath = basePath;
    }

    void register(Router router) {
        router.add(route("/openapi.yaml"), call -> Reply.text(YAML, description()));
        router.add(route("/docs"), call -> page(HTML, resource("docs/index.html")));
        router.add(route("/docs/{file}"), this::file);
    }

    private static Route route(String path) {
        return Route.of(HandlerType.GET, path, Set.of());
    }

    private byte[] description() {
        String yaml = new String(resource("openapi.yaml"), StandardCharsets.UTF_8);
        return yaml.replace(HttpSettings.DEFAULT_BASE_PATH + "/", basePath + "/")
                .getBytes(StandardCharsets.UTF_8);
    }

    private Reply file(Call call) {
        @Nullable String type = FILES.get(call.path("file"));
        if (type == null) {
            throw Problem.of(WireError.NOT_FOUND);
        }
        // it changes with the version alone
        return page(type, resource("docs/" + call.path("file"))).with("Cache-Control", "max-age=3600");
    }

    private static Reply page(String type, byte[] content) {
        return Reply.text(type, content)
                .with("Content-Security-Policy", POLICY)
                .with("X-Content-Type-Options", "nosniff")
                .with("Referrer-Policy", "no-referrer");
    }

    private static byte[] resource(String name) {
        try (@Nullable InputStream in = DocsApi.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("There is no " + name + " in the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
