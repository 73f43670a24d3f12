package io.otphandler.adapter.http;

import io.javalin.http.HandlerType;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API's description in OpenAPI, and a page to browse it, served from this jar alone. Wants no token. Immutable. */
final class DocsApi {
    private static final String YAML = "application/yaml"; // RFC 9512
    private static final String HTML = "text/html;charset=utf-8";

    private static final ServedFile PAGE =
            ServedFile.of(HTML, () -> JarFiles.bytes("docs/index.html"), PageHeaders.with("no-cache"));

    private static final Map<String, ServedFile> FILES = Map.of(
            "swagger-ui.css", file("swagger-ui.css", "text/css; charset=utf-8"),
            "swagger-ui-bundle.js", file("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
            "start.js", file("start.js", "text/javascript; charset=utf-8"),
            "favicon-32x32.png", file("favicon-32x32.png", "image/png"));

    private final ServedFile description;

    /** @param basePath that the wire contract's operations stand below */
    DocsApi(String basePath) {
        this.description = ServedFile.ofText(
                YAML, () -> JarFiles.text("openapi.yaml", basePath), Map.of("Cache-Control", "no-cache"));
    }

    void register(Router router) {
        router.add(route("/openapi.yaml"), description::reply);
        router.add(route("/docs"), PAGE::reply);
        router.add(route("/docs/{file}"), DocsApi::file);
    }

    private static Route route(String path) {
        return Route.of(HandlerType.GET, path, Set.of());
    }

    private static Reply file(Call call) {
        @Nullable ServedFile file = FILES.get(call.path("file"));
        if (file == null) {
            throw Problem.of(WireError.NOT_FOUND);
        }
        return file.reply(call);
    }

    /** It changes with the version alone. */
    private static ServedFile file(String name, String type) {
        return ServedFile.of(type, () -> JarFiles.bytes("docs/" + name), PageHeaders.with("max-age=3600"));
    }
}
